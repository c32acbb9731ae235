"""Why somebody is not in a list: the sentence for each way of not being there."""

from types import SimpleNamespace

import pytest

from marketplace.matches import absence, queries
from matching.criteria import SearchCriteria
from matching.errors import IndexUnavailable, NothingToSearch
from tests.clock import START

pytestmark = pytest.mark.usefixtures("english")
PERSON = SimpleNamespace(id="i1")


class Search:
    """Answers where somebody stands, or fails."""

    def __init__(self, answer):
        self.answer = answer

    def rank_of(self, influencer_id, _criteria, **_options):
        assert influencer_id == "i1"
        if isinstance(self.answer, Exception):
            raise self.answer
        rank, refusal = self.answer
        return SimpleNamespace(rank=rank, refusal=refusal, pool_size=2_400)


@pytest.fixture
def tell(monkeypatch):
    """Tells of one person who was looked for."""

    def explained(search, *, rank=None):
        monkeypatch.setattr(queries, "find_named", lambda *_given, **_options: [(PERSON, rank)])
        monkeypatch.setattr(absence, "read_plain", lambda _criteria: SearchCriteria(text="coffee"))
        run = SimpleNamespace(id="r1", criteria={})
        (told,) = absence.explain_absence(None, search, run, name="Noura", now=START)
        return told.sentence

    return explained


class TestExplainAbsence:
    def test_asks_the_engine_only_for_who_has_no_place(self, tell):
        assert tell(None, rank=4) == "place 4 of this list"

    @pytest.mark.parametrize("search", [None, Search(IndexUnavailable()), Search(NothingToSearch())])
    def test_says_when_it_cannot_be_known(self, tell, search):
        assert tell(search) == "cannot be looked up while search is down"

    @pytest.mark.parametrize(
        ("answer", "said"),
        [
            ((None, "not_listed"), "not shown: not listed on the market"),
            ((None, None), "passes every filter, but a thousand others fit closer"),
            ((1_204, None), "place 1,204 of 2,400 today, too far down for this list"),
        ],
    )
    def test_names_the_filter_or_the_place(self, tell, answer, said):
        assert tell(Search(answer)) == said
