"""What the doctor's findings mean for a person, and what to do. Commands speak English."""

from collections.abc import Mapping
from dataclasses import dataclass

from payments.examination import Finding
from payments.money import format_minor


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence, and the step that mends it (empty where nothing is wrong)."""

    text: str
    step: str = ""


WORDS: Mapping[str, Words] = {
    "not_read": Words(
        "The provider did not tell about %(what)s: %(reason)s.",
        "Give the key the right to read it (a restricted key names its rights), check the network, and run this again.",
    ),
    "key_works": Words("The key is accepted; it belongs to %(account)s."),
    "mode_fits": Words("The account is in %(mode)s mode, as this deployment wants."),
    "mode_differs": Words(
        "The account answers in %(mode)s mode, which this deployment must not use.",
        "Set ATHAR_STRIPE_API_KEY to a key of the other mode, or ATHAR_MODE to what this deployment is.",
    ),
    "country_fits": Words("The account is in %(country)s."),
    "country_differs": Words(
        "The account is in %(country)s, ATHAR_STRIPE_COUNTRY says %(expected)s.",
        "Set ATHAR_STRIPE_COUNTRY=%(country)s: who can be paid follows from it.",
    ),
    "charges_enabled": Words("The account may take payments."),
    "charges_disabled": Words(
        "The account may not take payments.", "Complete the account in the provider's dashboard."
    ),
    "payouts_enabled": Words("The account may pay out to its bank."),
    "payouts_disabled": Words(
        "The account may not pay out to its bank.",
        "Complete the account and its bank in the provider's dashboard.",
    ),
    "capability_missing": Words(
        "The capability %(capability)s is %(status)s.",
        "Ask for it in the provider's dashboard (Connect settings); without transfers no influencer is paid.",
    ),
    "own_payouts_manual": Words("The platform's own payouts are started by hand."),
    "own_payouts_automatic": Words(
        "The platform's own balance is paid out %(interval)s, by itself: that can take money that is held for others.",
        "Set the platform's payout schedule to manual in the provider's dashboard.",
    ),
    "clock_fits": Words("This machine's clock and the provider's agree within %(seconds)s s."),
    "clock_differs": Words(
        "This machine's clock is %(seconds)s s off the provider's; past 300 s every message is refused.",
        "Switch on time synchronisation (timedatectl set-ntp true) and look at the clock again.",
    ),
    "secret_missing": Words(
        "There is no valid signing secret for the endpoint %(endpoint)s.",
        "Put the endpoint's secret into its ATHAR_STRIPE_..._WEBHOOK_SECRETS setting and restart.",
    ),
    "secret_rolling": Words(
        "Two signing secrets are valid for the endpoint %(endpoint)s.",
        "When the roll is over remove the old one, or name the day it ends: new,old@2026-12-01.",
    ),
    "secret_ended": Words(
        "A signing secret of the endpoint %(endpoint)s has ended and is still in the settings.", "Remove it."
    ),
    "endpoint_fits": Words("The endpoint %(endpoint)s gets every event we need."),
    "endpoint_missing": Words(
        "No endpoint at the provider sends to %(url)s.",
        "Make it in the provider's dashboard with the events of docs/operations.md; until then only the poller tells.",
    ),
    "endpoint_disabled": Words(
        "The endpoint for %(url)s is switched off.", "Switch it on in the provider's dashboard."
    ),
    "events_missing": Words(
        "The endpoint %(endpoint)s is not sent: %(events)s.",
        "Add these events to it in the provider's dashboard.",
    ),
    "endpoint_twice": Words(
        "Several endpoints send to %(url)s; each message comes more than once.", "Keep one of them."
    ),
    "address_not_public": Words(
        "ATHAR_BASE_URL is an address of this machine alone: the provider cannot reach it.",
        "Set the public address, or forward messages with the provider's command line while you try things.",
    ),
    "accounts_v2": Words("Accounts v2 is open to this platform."),
    "accounts_v1_only": Words(
        "Accounts v2 is not open to this platform; accounts are made through v1.",
        "Nothing must be done. ATHAR_STRIPE_ACCOUNTS=v1 saves the attempt.",
    ),
    "nobody_can_be_paid": Words(
        "By our record (%(version)s, read on %(read_on)s) a platform in %(country)s can pay nobody.",
        "Use a platform account of another country, or a provider that serves yours.",
    ),
    "countries_differ": Words(
        "By our record (%(version)s, read on %(read_on)s) people in these countries can be paid, and the provider does"
        " not list them: %(countries)s.",
        "Believe the provider: tell its support what you need, and expect refused accounts until then.",
    ),
    "countries_known": Words(
        "People can be paid in: %(countries)s (record %(version)s, read on %(read_on)s)."
    ),
    "countries_all": Words(
        "People can be paid in every country but: %(countries)s (record %(version)s, read on %(read_on)s)."
    ),
    "currencies_settle": Words(
        "Prices are made in these currencies, which stay what they are on the balance: %(currencies)s."
    ),
    "currencies_converted": Words(
        "No price can be made in these currencies, which the provider would convert to %(default)s: %(currencies)s. Where"
        " it offers to keep one, switch that on in its dashboard and name the currency in ATHAR_STRIPE_CURRENCIES."
    ),
    "currencies_doubtful": Words(
        "Prices are made in these currencies because ATHAR_STRIPE_CURRENCIES names them, and the balance does not show"
        " yet that it keeps them: %(currencies)s.",
        "Look at the balance in the provider's dashboard. A payment that is converted to %(default)s cannot be released and"
        " goes back to its payer.",
    ),
    "currencies_unused": Words(
        "The balance keeps these currencies, and no price can be made in them: %(currencies)s.",
        "Name them in ATHAR_STRIPE_CURRENCIES to take payments in them.",
    ),
    "nothing_can_be_priced": Words(
        "By our record the balance of a platform in %(country)s keeps none of our currencies: no price can be made.",
        "Name those that it does keep in ATHAR_STRIPE_CURRENCIES.",
    ),
    "balance_fits": Words("The balance in %(currency)s is what our books say: %(there)s."),
    "balance_differs": Words(
        "The balance in %(currency)s is %(there)s, our books say %(booked)s.",
        "Payments of the last minutes explain it as a rule; else see Reconciliation in docs/money.md.",
    ),
    "balance_short": Words(
        "The balance in %(currency)s is %(there)s, and %(owed)s of it is held for others.",
        "Stop the platform's own payouts and top the balance up in the provider's dashboard, today.",
    ),
}


def words_of(finding: Finding) -> Words:
    """Return the sentence and the step of a finding, with its details filled in."""
    words, details = WORDS[finding.code], _shown(finding.details)
    return Words(words.text % details, words.step % details)


def _shown(details: Mapping[str, object]) -> dict[str, object]:
    shown = dict(details)
    currency = str(details.get("currency", ""))
    for name, value in details.items():
        if name.endswith("_minor") and isinstance(value, int):
            shown[name.removesuffix("_minor")] = f"{format_minor(value, currency)} {currency}"
    return shown
