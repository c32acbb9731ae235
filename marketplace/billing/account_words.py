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


#: somebody who just came back from the provider's page, until we are told what it made of what they gave
LOOKING = StatusWords(
    _("The payment provider checks what you gave"),
    _("What it says shows here as soon as it tells us, mostly within a minute."),
    "sky",
)


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing the provider asks for, and what to do about it."""

    thing: str
    step: str


_THERE = _("Give it on the payment provider's page: the button below leads there.")
_DOCUMENT = _(
    "Have a passport or identity card at hand; the provider's page takes a picture with your telephone."
)
_BANK = _("Have the IBAN at hand. The account must be yours and in the country of your profile.")
_CONSENT = _("Read and accept them on the payment provider's page.")
#: the beginning of the provider's field name, in its first API and its second -> what a person calls it, what to do
REQUIREMENTS: tuple[tuple[tuple[str, ...], object, object], ...] = (
    (("external_account", "configuration.recipient.default_outbound"), _("Your bank account"), _BANK),
    (
        ("tos_acceptance", "identity.attestations.terms_of_service"),
        _("Your consent to the payment provider's terms"),
        _CONSENT,
    ),
    (("individual.first_name", "identity.individual.given_name"), _("Your first name"), _THERE),
    (("individual.last_name", "identity.individual.surname"), _("Your family name"), _THERE),
    (("individual.dob", "identity.individual.date_of_birth"), _("Your date of birth"), _THERE),
    (("individual.address", "identity.individual.address"), _("Your address"), _THERE),
    (("individual.email", "identity.individual.email", "contact_email"), _("Your mail address"), _THERE),
    (("individual.phone", "identity.individual.phone", "contact_phone"), _("Your telephone number"), _THERE),
    (
        ("individual.verification", "identity.individual.documents"),
        _("A picture of your identity document"),
        _DOCUMENT,
    ),
    (
        ("individual.id_number", "identity.individual.id_numbers"),
        _("The number of your identity document"),
        _DOCUMENT,
    ),
    (("individual", "identity.individual"), _("More about you"), _THERE),
    (("person_", "identity.persons"), _("More about a person of your company"), _THERE),
    (("company", "identity.business_details"), _("More about your company"), _THERE),
    (("owners", "identity.attestations.ownership_declaration"), _("The owners of your company"), _THERE),
    (
        ("directors", "identity.attestations.directorship_declaration"),
        _("The directors of your company"),
        _THERE,
    ),
    (
        ("representative", "identity.attestations.representative_declaration"),
        _("Who represents your company"),
        _THERE,
    ),
    (("business_profile", "defaults.profile"), _("What you do and where it can be seen"), _THERE),
    (("business_type", "identity.entity_type"), _("Whether you work alone or as a company"), _THERE),
    (("settings",), _("How payments should be named on statements"), _THERE),
)
OTHER = _("Something else that the payment provider asks for")


def status_words(status: str) -> StatusWords:
    """Return what a status means."""
    return STATUSES[status]


def requirement_words(names: Iterable[str]) -> list[Missing]:
    """Return what is missing and what to do, each thing once, in the order given."""
    return list(dict.fromkeys(_missing(name) for name in names))


def _missing(name: str) -> Missing:
    for starts, thing, step in REQUIREMENTS:
        if name.startswith(starts):
            return Missing(str(thing), str(step))
    return Missing(str(OTHER), str(_THERE))
