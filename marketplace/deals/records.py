"""What every change of a deal leaves behind: an audit row and an outbox row, in the same transaction."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy.orm import Session

from marketplace.audit import operations as audit
from marketplace.deals.domain import RefusalCode
from marketplace.deals.models import Application, Invitation, Order
from marketplace.errors import Invalid
from marketplace.outbox import operations as outbox
from marketplace.policies import Actor
from marketplace.web.contact_words import contact_problem
from marketplace.web.language import lazy_gettext as _

NOTE_MAX = 500
TEXT_MAX = 2_000
SUBJECTS = {Application: "application", Invitation: "invitation", Order: "order"}


class TextTooLong(Invalid):
    code: ClassVar[str] = "text_too_long"


class RefusalCodeUnknown(Invalid):
    """The reason is not one that this side may give."""

    code: ClassVar[str] = "refusal_code_unknown"


def move(
    session: Session,
    row: Application | Invitation | Order,
    *,
    status: str,
    event: str,
    actor: Actor,
    now: datetime,
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    """Put the row into its new status and record it under the event's name."""
    subject_type = SUBJECTS[type(row)]
    before, row.status, row.updated_at = row.status, status, now
    session.flush()
    audit.record(
        session,
        actor=actor,
        action=event,
        subject_type=subject_type,
        subject_id=row.id,
        now=now,
        before={"status": before},
        after={"status": status, **(details or {})},
        reason=reason,
    )
    outbox.put(
        session,
        event,
        {f"{subject_type}_id": row.id},
        now=now,
        key=f"{event}:{row.id}:{now.isoformat()}",
    )


class ContactDetailsTooEarly(Invalid):
    """A mail address, a number, a messenger or a handle before the payment is held."""

    code: ClassVar[str] = "contact_details_too_early"


def read_text(text: str, *, field: str, length_max: int = TEXT_MAX) -> str:
    """Return the text without surrounding blanks.

    Raises:
        TextTooLong: with the field at fault.

    """
    cleaned = text.strip()
    if len(cleaned) > length_max:
        message = _("Shorten this to %(count)s characters.", count=length_max)
        raise TextTooLong(message, fields={field: message})
    return cleaned


def read_first_words(text: str, *, field: str, length_max: int = TEXT_MAX) -> str:
    """Return what one side writes to the other before money is held.

    Raises:
        TextTooLong: with the field at fault.
        ContactDetailsTooEarly: the text leads off the platform; with the field at fault.

    """
    cleaned = read_text(text, field=field, length_max=length_max)
    refuse_contact(cleaned, field=field)
    return cleaned


def refuse_contact(text: str, *, field: str) -> None:
    """Raise ContactDetailsTooEarly, with the field at fault, when a text holds a way to reach somebody elsewhere."""
    message = contact_problem(text)
    if message is not None:
        raise ContactDetailsTooEarly(message, fields={field: message})


def read_refusal(code: str, allowed: tuple[RefusalCode, ...]) -> RefusalCode:
    """Return the code.

    Raises:
        RefusalCodeUnknown: this side cannot give that reason.

    """
    if code not in allowed:
        message = _("Choose one of the reasons.")
        raise RefusalCodeUnknown(message, fields={"code": message})
    return RefusalCode(code)
