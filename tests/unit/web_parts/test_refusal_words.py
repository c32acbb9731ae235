"""What the libraries refuse is said in the reader's language, by its code."""

import pytest

from marketplace.errors import Conflict
from marketplace.web.language import force_locale
from marketplace.web.refusal_words import WORDS, refusal_message
from matching.errors import IndexUnavailable, MatchingError
from payments.claw_backs import ClawBackNotPossible
from payments.errors import EscrowFrozen, PaymentError
from payments.operations import PartRepeated
from tests.architecture.test_errors import import_everything
from tests.unit.matches.conftest import english

__all__ = ["english"]
pytestmark = pytest.mark.usefixtures("english")
NO_WORDS_OF = (PartRepeated("Every part needs its own reference."), MatchingError("x is no number"))


def codes(base):
    """Every code of a kind of refusal."""
    return {base.code} | {code for each in base.__subclasses__() for code in codes(each)}


class TestRefusalMessage:
    def test_is_our_own_sentence_as_it_stands(self):
        assert refusal_message(Conflict("Somebody was faster.")) == "Somebody was faster."

    @pytest.mark.parametrize(
        "error", [EscrowFrozen("frozen"), ClawBackNotPossible("no"), IndexUnavailable("gone")]
    )
    def test_of_a_library_is_a_sentence_in_each_language(self, error):
        said = refusal_message(error)
        with force_locale("ar"):
            told = refusal_message(error)
        assert (said[-1], told[-1]) == (".", ".")
        assert told != said
        assert told[0] > "\u0600"

    @pytest.mark.parametrize("error", NO_WORDS_OF)
    def test_without_words_is_told_to_readers_of_english_alone(self, error):
        assert refusal_message(error) == str(error)
        with force_locale("ar"):
            assert refusal_message(error) == ""

    def test_knows_no_code_that_is_none(self):
        for package in ("matching", "payments"):
            assert import_everything(package)
        assert set(WORDS) <= codes(PaymentError) | codes(MatchingError)
