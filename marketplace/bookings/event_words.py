"""The lines of a booking's room: a sentence, an icon and a tone for every event."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from marketplace.web.formats import money, number, percent
from marketplace.web.language import gettext as _
from marketplace.web.language import lazy_gettext as _lazy

WHOLE_BPS = 10_000


@dataclass(frozen=True, slots=True)
class EventLook:
    """How an event is told: `title` is a lazily translated sentence."""

    title: object
    icon: str = "circle"
    tone: str = ""


EVENTS: Mapping[str, EventLook] = {
    "booking.created": EventLook(_lazy("The price was accepted"), "check2"),
    "payment.started": EventLook(_lazy("The payment was begun"), "credit-card"),
    "payment.pending": EventLook(_lazy("Paid; waiting for the confirmation of the bank"), "hourglass-split", "saffron"),
    "payment.not_made": EventLook(_lazy("The bank did not confirm the payment; nothing was charged"), "x-circle", "rose"),
    "payment.mismatched": EventLook(_lazy("A payment arrived that fits nothing; it goes back"), "exclamation-triangle", "rose"),
    "payment.returned": EventLook(_lazy("What fits nothing went back"), "arrow-counterclockwise", "trace"),
    "booking.funded": EventLook(_lazy("The payment arrived and is held"), "shield-check", "trace"),
    "booking.activated": EventLook(_lazy("The work began"), "play-circle"),
    "booking.expired": EventLook(_lazy("The time to pay ran out; nothing was charged"), "clock-history"),
    "booking.cancelled": EventLook(_lazy("The booking was cancelled"), "slash-circle", "rose"),
    "booking.closed_by_ruling": EventLook(_lazy("The booking is closed: a decision about its post gave everything back"), "slash-circle", "rose"),
    "booking.completed": EventLook(_lazy("The booking is complete"), "check-circle-fill", "trace"),
    "booking.frozen": EventLook(_lazy("The booking was frozen; all clocks stand still"), "lock", "rose"),
    "booking.unfrozen": EventLook(_lazy("The booking goes on; its clocks run again"), "play-circle"),
    "booking.closed_by_chargeback": EventLook(_lazy("The card network took the payment back"), "slash-circle", "rose"),
    "booking.hold_alarm": EventLook(_lazy("The payment has been held for long; an operator looks at it"), "clock", "saffron"),
    "booking.hold_cap": EventLook(_lazy("The payment reached the longest time it may be held"), "clock", "rose"),
    "clock.extended": EventLook(_lazy("The site stood still; the time that ran out meanwhile was extended"), "clock", "saffron"),
    "order.accepted": EventLook(_lazy("The order was accepted"), "check-circle", "trace"),
    "order.declined": EventLook(_lazy("The order was declined; everything is paid back"), "x-circle", "rose"),
    "submission.received": EventLook(_lazy("Work was handed in"), "upload"),
    "changes.requested": EventLook(_lazy("Changes were asked for"), "arrow-counterclockwise", "saffron"),
    "deliverable.approved": EventLook(_lazy("The work was approved"), "check-circle", "trace"),
    "deliverable.due": EventLook(_lazy("The work is due"), "clock", "saffron"),
    "deliverable.overdue": EventLook(_lazy("The work is overdue"), "exclamation-circle", "rose"),
    "deliverable.closed_by_chargeback": EventLook(_lazy("The card network took money for this work back; the work is closed"), "slash-circle", "rose"),
    "deliverable.paid_after_chargeback": EventLook(_lazy("The card network took the price of this approved work back: it ends unpublished, and is paid whole"), "shield-check", "saffron"),
    "deliverable.cancelled": EventLook(_lazy("This work was cancelled"), "slash-circle"),
    "deliverable.releasing": EventLook(_lazy("The influencer's share is on its way"), "send"),
    "deliverable.owed": EventLook(_lazy("The influencer's share is owed and waits"), "hourglass-split", "saffron"),
    "deliverable.refunding": EventLook(_lazy("The money is on its way back to the brand"), "arrow-counterclockwise"),
    "deliverable.released": EventLook(_lazy("The influencer's share arrived in their payout account"), "check-circle-fill", "trace"),
    "deliverable.refunded": EventLook(_lazy("The money went back to the brand"), "arrow-counterclockwise"),
    "refund.failed": EventLook(_lazy("Paying back failed; the money is held again and an operator sees to it"), "exclamation-triangle", "rose"),
    "money.retried": EventLook(_lazy("An operator sent the money on its way again"), "arrow-repeat"),
    "review.reminded": EventLook(_lazy("The brand was reminded to review"), "bell"),
    "publication.received": EventLook(_lazy("The live post was handed in"), "megaphone"),
    "publication.confirmed": EventLook(_lazy("The live post was confirmed"), "check-circle", "trace"),
    "publication.refused": EventLook(_lazy("The live post was not confirmed"), "x-circle", "saffron"),
    "publication.due": EventLook(_lazy("The post should be live by now"), "clock", "saffron"),
    "publication.live_check": EventLook(_lazy("Time to look whether the post is still live"), "eye"),
    "publication.found_gone": EventLook(
        _lazy("An operator looked and reported that the post is gone"), "eye-slash", "rose"
    ),
    "publication.taken_down": EventLook(_lazy("The post was reported as taken down early"), "eye-slash", "rose"),
    "contest.opened": EventLook(_lazy("The work is contested; its clocks stand still"), "flag", "rose"),
    "contest.evidence": EventLook(_lazy("Evidence was added"), "file-text"),
    "contest.evidence_closed": EventLook(_lazy("The time for evidence is over"), "clock"),
    "contest.overdue": EventLook(_lazy("The decision is late; the operators were told"), "exclamation-circle", "rose"),
    "contest.ruled": EventLook(_lazy("An operator decided the contest; both sides may accept or appeal"), "clipboard-check"),
    "contest.accepted": EventLook(_lazy("The decision was accepted"), "check2"),
    "contest.appealed": EventLook(_lazy("An appeal was filed; another operator decides anew"), "flag", "saffron"),
    "contest.appeal_ruled": EventLook(_lazy("Another operator decided the appeal; this is final"), "clipboard-check"),
    "contest.closed": EventLook(_lazy("The decision is final"), "check-circle"),
    "contest.closed_by_chargeback": EventLook(_lazy("The dispute ended with the payment that the card network took back"), "slash-circle"),
    "contest.escalated": EventLook(_lazy("The decision is very late; it was passed on to a senior operator"), "exclamation-circle", "rose"),
    "publication.shown": EventLook(_lazy("The influencer showed that the post is up"), "eye"),
    "publication.received_told": EventLook(_lazy("The brand was told of the live post"), "bell"),
    "publication.shown_told": EventLook(_lazy("The brand was told that the post was shown"), "bell"),
    "publication.denied": EventLook(_lazy("The brand does not find the post; an operator decides"), "eye-slash", "saffron"),
    "publication.found_live": EventLook(_lazy("The post was found; the report is undone and the strike withdrawn"), "eye", "trace"),
    "publication.restored": EventLook(_lazy("An operator found that the post had stayed up; the strike was withdrawn"), "eye", "trace"),
    "money.claimed_before": EventLook(_lazy("Nothing more is taken back: all of it had been claimed before"), "arrow-counterclockwise"),
    "money.claimed_back": EventLook(_lazy("Two operators decided that a share is to be paid back"), "arrow-counterclockwise", "rose"),
    "money.recovered": EventLook(_lazy("Money came back from the influencer"), "arrow-counterclockwise"),
    "money.returned": EventLook(_lazy("What came back was paid to the brand"), "arrow-counterclockwise", "trace"),
    "money.made_up": EventLook(_lazy("What came back makes up for what the card network gave the brand"), "arrow-counterclockwise"),
    "money.recovery_refused": EventLook(_lazy("The influencer's account does not hold what is to be paid back"), "exclamation-triangle", "rose"),
    "money.taken_up": EventLook(_lazy("What had been decided about this work before our records were restored counts again"), "clipboard-check", "saffron"),
    "money.decided": EventLook(_lazy("Two operators divided the money of this work"), "clipboard-check", "saffron"),
}  # fmt: skip


def event_look(kind: str) -> EventLook:
    """Return how an event is told; an unknown kind is shown by its name rather than hidden."""
    return EVENTS.get(kind, EventLook(kind.replace(".", " ").replace("_", " ")))


def event_note(kind: str, params: Mapping[str, Any], *, currency: str, criteria: Mapping[str, str]) -> str:
    """Return what a line says beside its sentence: a version, a criterion, an amount, how silence counted."""
    note = _NOTES.get(kind)
    return note(params, currency, criteria) if note is not None else ""


Note = Callable[[Mapping[str, Any], str, Mapping[str, str]], str]


def _version(params: Mapping[str, Any], _currency: str, _criteria: Mapping[str, str]) -> str:
    return _("version %(number)s", number=number(params.get("number", 1)))


def _criterion(params: Mapping[str, Any], _currency: str, criteria: Mapping[str, str]) -> str:
    return criteria.get(str(params.get("criterion_id")), "")


def _how(params: Mapping[str, Any], _currency: str, _criteria: Mapping[str, str]) -> str:
    return _("nobody answered in time") if params.get("how") == "silence" else ""


def _released(params: Mapping[str, Any], currency: str, _criteria: Mapping[str, str]) -> str:
    released, refunded = params.get("release_minor") or 0, params.get("refund_minor") or 0
    if released and refunded:
        return _(
            "%(released)s to the influencer, %(refunded)s back to the brand",
            released=money(released, currency),
            refunded=money(refunded, currency),
        )
    return money(released or refunded, currency) if released or refunded else ""


def _share(params: Mapping[str, Any], _currency: str, _criteria: Mapping[str, str]) -> str:
    bps = params.get("share_bps")
    if bps is None:
        return ""
    return _("the influencer's share: %(share)s", share=percent(bps / WHOLE_BPS))


def _amount(params: Mapping[str, Any], currency: str, _criteria: Mapping[str, str]) -> str:
    return money(int(params.get("amount_minor") or 0), currency)


def _side(params: Mapping[str, Any], _currency: str, _criteria: Mapping[str, str]) -> str:
    return _("by the brand") if params.get("side") == "brand" else _("by the influencer")


def _reason(params: Mapping[str, Any], _currency: str, _criteria: Mapping[str, str]) -> str:
    reason = str(params.get("reason", ""))
    return _("the card network disputes the payment") if reason == "chargeback" else reason


def _address(params: Mapping[str, Any], _currency: str, _criteria: Mapping[str, str]) -> str:
    return str(params.get("url", ""))


_NOTES: Mapping[str, Note] = {
    "submission.received": _version,
    "changes.requested": _criterion,
    "deliverable.approved": _how,
    "publication.received": _address,
    "publication.confirmed": _how,
    "publication.found_live": _how,
    "deliverable.releasing": _released,
    "deliverable.owed": _released,
    "deliverable.refunding": _released,
    "deliverable.released": _released,
    "deliverable.refunded": _released,
    "deliverable.cancelled": _share,
    "contest.ruled": _share,
    "contest.appeal_ruled": _share,
    "contest.accepted": _side,
    "contest.appealed": _side,
    "money.decided": _share,
    "money.taken_up": _share,
    "money.claimed_back": _amount,
    "money.recovered": _amount,
    "money.returned": _amount,
    "money.made_up": _amount,
    "payment.returned": _amount,
    "booking.frozen": _reason,
    "booking.cancelled": _reason,
}
