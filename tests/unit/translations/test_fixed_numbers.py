"""Texts take times and rounds from where they are decided: a number beside such a word is a placeholder, or has its reason here."""

import re

from marketplace.cli import catalogue, translations

NUMBER = (
    r"\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|sixty|ninety|both"
)
WORD = r"minute|hour|day|week|month|year|round"
FIXED = re.compile(rf"(?<![\w:])(?:{NUMBER})[ -](?:\w+[ -])?(?:{WORD})s?\b", re.IGNORECASE)

#: text -> why its number is nobody's to decide
EXPECTED = {
    "1 day": "the demo's clock is moved by what its button says",
    "1 hour": "the demo's clock is moved by what its button says",
    "1 week": "the demo's clock is moved by what its button says",
    "3 days": "the demo's clock is moved by what its button says",
    "Give both days.": "the first and the last",
}


def texts():
    for message in catalogue.read_catalogue(translations.ARABIC):
        yield from message.id if isinstance(message.id, tuple) else (message.id,)


class TestFixedNumbers:
    def test_stand_in_no_sentence_about_time(self):
        assert {text for text in texts() if FIXED.search(text)} == set(EXPECTED)

    def test_are_found(self):
        for text in ("after 72 hours", "within five business days", "Both rounds", "a seven-day wait"):
            assert FIXED.search(text)
        for text in ("within %(num)d days", "a day", "%(time)s", "2 operators", "every day"):
            assert not FIXED.search(text)
