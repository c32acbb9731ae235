"""Every finding has its sentence, with the figures that it rests on."""

import pytest

from marketplace.disputes.finding_words import OUTCOME_LOOKS, finding_sentence, outcome_word
from marketplace.disputes.findings import Finding, Found, Outcome

pytestmark = pytest.mark.usefixtures("english")

SAID = [
    (Found.COUNTED, {"count": 1, "limit": 5, "unit": "words"}, "The newest version has 1 word; the limit is 5."),
    (Found.COUNTED, {"count": 1_200, "limit": 900, "unit": "characters"},
     "The newest version has 1,200 characters; the limit is 900."),
    (Found.LABEL_SEEN, {"word": "إعلان"}, "The words “إعلان” stand where they should."),
    (Found.LABEL_LATE, {"word": "#ad"}, "“#ad” is there, but not in the first line."),
    (Found.LABEL_MISSING, {}, "No words were found that call it an advertisement."),
    (Found.ALL_SEEN, {"names": ["@qahwa", "#brew"]}, "Found: \u2066@qahwa\u2069, \u2066#brew\u2069."),
    (Found.SOME_MISSING, {"names": ["@qahwa"]}, "Not found: \u2066@qahwa\u2069."),
    (Found.LIVED, {"lived": 1, "days": 30}, "The post stayed up for 1 day of 30 days."),
    (Found.STILL_LIVE, {"lived": 3, "days": 30}, "The post has been up for 3 days of 30 days."),
    (Found.LANGUAGE_SHARE, {"percent": 82}, "82% of the letters are in the language that was asked for."),
    (Found.NOTHING_TO_LOOK_AT, {}, "Nothing was handed in that this could be tested on."),
    (Found.NOT_TESTABLE, {}, "A machine cannot test this sentence."),
]  # fmt: skip


class TestFindingSentence:
    @pytest.mark.parametrize(("found", "params", "said"), SAID)
    def test_names_what_was_looked_at(self, found, params, said):
        assert finding_sentence(Finding("c1", Outcome.MET, found, params)) == said

    def test_is_there_for_every_kind(self):
        assert {found for found, _params, _said in SAID} == set(Found)


class TestOutcomeWord:
    def test_is_there_for_every_outcome(self):
        assert [outcome_word(each) for each in Outcome] == [
            "Found met",
            "Found not met",
            "For people to judge",
        ]
        assert set(OUTCOME_LOOKS) == set(Outcome)
