"""A payout account in words: what its status means and what the provider still asks for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from marketplace.web.language import lazy_gettext as _
from payments.statuses import AccountStatus


@dataclass(frozen=True, slots=True)
class StatusWords:
    title: object
    text: object
    tone: str


STATUSES: Mapping[str, StatusWords] = {
    AccountStatus.NEW: StatusWords(
        _("Your account is being made"), _("The payment provider makes it now. Continue in a moment."), "sky"
    ),
    AccountStatus.PENDING: StatusWords(
        _("Your account is not complete"),
        _("The payment provider needs more from you before it can send you money."),
        "saffron",
    ),
    AccountStatus.ACTIVE: StatusWords(
        _("You can be paid"),
        _("Your shares arrive here and go to your bank on the next business day."),
        "trace",
    ),
    AccountStatus.RESTRICTED: StatusWords(
        _("Your account is restricted"),
        _("The payment provider stopped it until the things below are settled. What is owed to you waits."),
        "rose",
    ),
    AccountStatus.DEAUTHORISED: StatusWords(
        _("Your account was disconnected"),
        _("You disconnected it at the payment provider. Connect a new one to be paid."),
        "rose",
    ),
}
#: the beginning of the provider's field name -> what a person calls it
REQUIREMENTS: tuple[tuple[str, object], ...] = (
    ("external_account", _("Your bank account")),
    ("tos_acceptance", _("Your consent to the payment provider's terms")),
    ("individual.first_name", _("Your first name")),
    ("individual.last_name", _("Your family name")),
    ("individual.dob", _("Your date of birth")),
    ("individual.address", _("Your address")),
    ("individual.email", _("Your mail address")),
    ("individual.phone", _("Your telephone number")),
    ("individual.verification", _("A picture of your identity document")),
    ("individual.id_number", _("The number of your identity document")),
    ("individual", _("More about you")),
    ("person_", _("More about a person of your company")),
    ("company", _("More about your company")),
    ("owners", _("The owners of your company")),
    ("directors", _("The directors of your company")),
    ("representative", _("Who represents your company")),
    ("business_profile", _("What you do and where it can be seen")),
    ("business_type", _("Whether you work alone or as a company")),
    ("settings", _("How payments should be named on statements")),
)
OTHER = _("Something else that the payment provider asks for")


def status_words(status: str) -> StatusWords:
    """Return what a status means."""
    return STATUSES[status]


def requirement_words(names: Iterable[str]) -> list[str]:
    """Return what is missing, each thing once, in the order given."""
    words = (str(_word(name)) for name in names)
    return list(dict.fromkeys(words))


def _word(name: str) -> object:
    return next((word for start, word in REQUIREMENTS if name.startswith(start)), OTHER)
