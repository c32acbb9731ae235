"""What is said to somebody whose text leads off the platform before money is held: every kind at once."""

from collections.abc import Collection, Mapping

from marketplace.contact_details import ContactKind, find_contacts
from marketplace.web.language import lazy_gettext as _
from marketplace.web.language import lazy_list

#: what a text that is there for everybody may not hold; it may name accounts, which are public, to say whom to tag
PRIVATE_KINDS = frozenset({ContactKind.MAIL, ContactKind.MESSENGER, ContactKind.PHONE})

_NAMES: Mapping[ContactKind, object] = {
    ContactKind.MAIL: _("the mail address"),
    ContactKind.MESSENGER: _("the messenger"),
    ContactKind.PHONE: _("the phone number"),
    ContactKind.HANDLE: _("handles with an @"),
}


def contact_problem(text: str, *, refused: Collection[ContactKind] = frozenset(ContactKind)) -> object | None:
    """Return the sentence about all contact details in a text of the kinds `refused`, translated when shown; else None."""
    kinds = tuple(kind for kind in find_contacts(text) if kind in refused)
    if not kinds:
        return None
    sentence: object = _(
        "Leave %(what)s out for now. As soon as a payment is held, contact details can be shared in the booking's room; until then only what is said here is protected.",
        what=lazy_list([_NAMES[kind] for kind in kinds]),
    )
    if kinds == (ContactKind.HANDLE,):
        sentence = _(
            "Leave handles with an @ out for now: your channels stand on your profile. As soon as the payment is held you can share them in the booking's room."
        )
    return sentence
