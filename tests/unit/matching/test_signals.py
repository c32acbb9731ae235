import pytest

from matching.criteria import AudienceTarget, SearchCriteria
from matching.formulas import load_formula
from matching.scoring import PartState
from matching.signals import (
    audience_signal,
    authenticity_signal,
    performance_signal,
    price_signal,
)
from tests.builders.matching.documents import build_audience, build_offer

FORMULA = load_formula()


class TestAudienceSignal:
    def ask(self, **changes):
        return SearchCriteria(text="x", audience=AudienceTarget(**changes))

    def test_is_not_asked_without_a_target(self):
        assert audience_signal(build_audience(), self.ask(), FORMULA).state is PartState.NOT_ASKED

    def test_is_missing_without_an_audience(self):
        signal = audience_signal(None, self.ask(countries=("SA",)), FORMULA)
        assert (signal.value, signal.state) == (None, PartState.MISSING)

    def test_is_missing_when_only_other_shares_are_known(self):
        audience = build_audience(countries={}, languages={"ar": 1.0})
        assert audience_signal(audience, self.ask(countries=("SA",)), FORMULA).state is PartState.MISSING

    def test_weighs_country_and_language(self):
        audience = build_audience(countries={"SA": 0.125}, languages={"ar": 0.5})
        signal = audience_signal(audience, self.ask(countries=("SA",), languages=("ar",)), FORMULA)
        assert signal.value == pytest.approx(0.6 * 0.5 + 0.4 * 0.5)

    def test_uses_the_one_that_was_asked(self):
        audience = build_audience(languages={"ar": 0.4})
        assert audience_signal(audience, self.ask(languages=("ar",)), FORMULA).value == pytest.approx(0.4)

    def test_gives_nothing_more_beyond_the_asked_share(self):
        audience = build_audience(countries={"SA": 0.9})
        assert audience_signal(audience, self.ask(countries=("SA",)), FORMULA).value == 1.0

    def test_names_source_and_date(self):
        evidence = audience_signal(build_audience(), self.ask(countries=("SA",)), FORMULA).evidence
        assert (evidence["source"], evidence["as_of"]) == ("reviewed", "2026-11-01")


class TestPerformanceSignal:
    def test_is_a_half_exactly_as_expected_for_the_tier(self):
        assert performance_signal({"z": 0.0}).value == 0.5

    def test_rises_with_z(self):
        assert performance_signal({"z": 1.0}).value == pytest.approx(0.8413, abs=1e-4)

    def test_is_missing_when_not_measured(self):
        assert performance_signal(None).state is PartState.MISSING


class TestPriceSignal:
    def test_is_the_market_price_against_the_asked_price(self):
        assert price_signal(build_offer(price_minor=200), 100, 8).value == 0.5

    def test_is_never_above_one(self):
        assert price_signal(build_offer(price_minor=50), 100, 8).value == 1.0

    def test_is_missing_without_offer_or_market(self):
        assert price_signal(None, 100, 8).state is PartState.MISSING
        assert price_signal(build_offer(), None, 2).state is PartState.MISSING


class TestAuthenticitySignal:
    def test_is_never_clean_when_not_checked(self):
        signal = authenticity_signal({})
        assert (signal.state, signal.evidence) == (
            PartState.MISSING,
            {"is_checked": False, "signs": [], "as_of": None},
        )

    def test_passes_a_checked_value_on(self):
        signal = authenticity_signal({"authenticity": 0.7})
        assert (signal.value, signal.state) == (0.7, PartState.KNOWN)
