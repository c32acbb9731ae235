"""What must hold at the provider: each rule finds what is wrong, and finds nothing where nothing is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from marketplace.billing.doctor_words import WORDS, words_of
from payments.coverage import coverage_at
from payments.examination import Expected, Level, NeededEndpoint, examine, is_sound
from payments.inspection import EndpointFacts, ProviderFacts

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
URL = "https://athar.example/webhooks/stripe/platform"
GOOD = ProviderFacts(
    account_id="acct_1",
    is_live=False,
    country="AE",
    default_currency="AED",
    can_charge=True,
    can_pay_out=True,
    capabilities={"card_payments": "active", "transfers": "active"},
    payout_interval="manual",
    endpoints=(EndpointFacts(URL, frozenset({"a.b", "c.d"}), is_enabled=True, is_thin=False),),
    transfer_countries=frozenset({"AE"}),
    has_accounts_v2=True,
    balance_minor={"AED": 5_000},
    server_time=NOW,
)
ENDPOINT = NeededEndpoint("platform", URL, frozenset({"a.b"}), False, False, 1, 0)
EXPECTED = Expected(
    is_live=False,
    country="AE",
    endpoints=(ENDPOINT,),
    currencies=("AED",),
    priced=("AED",),
    coverage=coverage_at("stripe", NOW),
    prefers_accounts_v2=True,
    booked_minor={"AED": 5_000},
    owed_minor={"AED": 5_000},
    is_reachable=True,
    now=NOW,
)


def bad(facts=GOOD, expected=EXPECTED):
    return {(each.code, each.level) for each in examine(facts, expected) if each.level is not Level.GOOD}


def endpoint(**changes):
    return replace(GOOD, endpoints=(replace(GOOD.endpoints[0], **changes),))


class TestExamine:
    def test_finds_nothing_wrong_where_nothing_is(self):
        findings = examine(GOOD, EXPECTED)
        assert bad() == set()
        assert is_sound(findings)
        assert len(findings) >= 10

    @pytest.mark.parametrize(
        ("facts", "code", "level"),
        [
            (replace(GOOD, is_live=True), "mode_differs", "problem"),
            (replace(GOOD, can_charge=False), "charges_disabled", "problem"),
            (replace(GOOD, can_pay_out=False), "payouts_disabled", "problem"),
            (replace(GOOD, capabilities={"transfers": "pending"}), "capability_missing", "problem"),
            (replace(GOOD, payout_interval="daily"), "own_payouts_automatic", "warning"),
            (replace(GOOD, server_time=NOW - timedelta(seconds=31)), "clock_differs", "warning"),
            (replace(GOOD, server_time=NOW + timedelta(seconds=241)), "clock_differs", "problem"),
            (replace(GOOD, endpoints=()), "endpoint_missing", "problem"),
            (endpoint(is_enabled=False), "endpoint_disabled", "problem"),
            (endpoint(events=frozenset({"c.d"})), "events_missing", "problem"),
            (endpoint(is_thin=True), "endpoint_missing", "problem"),
            (replace(GOOD, endpoints=GOOD.endpoints * 2), "endpoint_twice", "warning"),
            (replace(GOOD, has_accounts_v2=False), "accounts_v1_only", "warning"),
            (replace(GOOD, transfer_countries=frozenset({"US"})), "countries_differ", "warning"),
            (replace(GOOD, balance_minor={"AED": 4_999}), "balance_short", "problem"),
            (replace(GOOD, balance_minor={"AED": 6_000}), "balance_differs", "warning"),
            (replace(GOOD, unread={"endpoints": "refused"}, endpoints=()), "not_read", "problem"),
        ],
    )
    def test_finds_what_is_wrong_at_the_provider(self, facts, code, level):
        assert bad(facts) == {(code, level)}

    @pytest.mark.parametrize(
        ("changes", "code", "level"),
        [
            ({"is_live": True}, "mode_differs", "problem"),
            ({"currencies": ("AED", "KWD"), "priced": ("AED", "KWD")}, "currencies_doubtful", "warning"),
            ({"currencies": (), "priced": ()}, "nothing_can_be_priced", "problem"),
            ({"is_reachable": False}, "address_not_public", "warning"),
            ({"endpoints": (replace(ENDPOINT, secrets_valid=0),)}, "secret_missing", "problem"),
            ({"endpoints": (replace(ENDPOINT, secrets_valid=2),)}, "secret_rolling", "warning"),
            ({"endpoints": (replace(ENDPOINT, secrets_ended=1),)}, "secret_ended", "warning"),
        ],
    )
    def test_finds_what_is_wrong_here(self, changes, code, level):
        assert bad(expected=replace(EXPECTED, **changes)) == {(code, level)}

    def test_tells_what_is_refused_and_what_could_be_priced(self):
        refusing = replace(EXPECTED, currencies=("AED", "KWD"))
        assert bad(expected=refusing) == set()
        assert {"currencies": "KWD", "default": "AED"} in [
            each.details for each in examine(GOOD, refusing) if each.code == "currencies_converted"
        ]
        kept = replace(GOOD, balance_minor={"AED": 5_000, "KWD": 0})
        assert bad(kept, refusing) == {("currencies_unused", "warning")}

    def test_only_warns_of_an_endpoint_that_may_be_missing(self):
        thin = replace(
            ENDPOINT, name="thin", url=URL + "/thin", is_thin=True, is_optional=True, secrets_valid=0
        )
        expected = replace(EXPECTED, endpoints=(ENDPOINT, thin))
        assert bad(expected=expected) == {("endpoint_missing", "warning"), ("secret_missing", "warning")}

    def test_says_where_nobody_can_be_paid(self):
        facts = replace(GOOD, country="SA", default_currency="SAR")
        found = bad(facts, replace(EXPECTED, country="SA", currencies=("SAR",), priced=("SAR",)))
        assert found == {("nobody_can_be_paid", "problem")}

    def test_takes_all_events_for_each(self):
        assert bad(endpoint(events=frozenset({"*"}))) == set()


class TestWordsOf:
    def test_exist_for_every_finding_and_say_what_to_do(self):
        wrong = replace(
            GOOD, is_live=True, country="SA", unread={"account": "x"}, endpoints=(), server_time=None
        )
        for finding in [*examine(GOOD, EXPECTED), *examine(wrong, replace(EXPECTED, is_reachable=False))]:
            words = words_of(finding)
            assert "%" not in words.text
            assert bool(words.step) is (finding.level is not Level.GOOD), finding.code

    def test_write_amounts_in_the_currencys_unit(self):
        short = examine(replace(GOOD, balance_minor={"AED": 4_999}), EXPECTED)
        finding = next(each for each in short if each.code == "balance_short")
        assert "49.99 AED" in words_of(finding).text
        assert set(WORDS) >= {each.code for each in short}
