"""Why something cannot be done in a booking now, each with a sentence that says what to do."""

from typing import ClassVar

from marketplace.errors import Conflict, Forbidden, Invalid
from marketplace.web.language import lazy_gettext as _


class BookingRefusal(Conflict):
    """A refusal whose sentence is always the same."""

    code: ClassVar[str] = "booking_refused"
    sentence: ClassVar[object] = ""

    def __init__(self) -> None:
        super().__init__(self.sentence)


class StatusConflict(BookingRefusal):
    """No row of the transition table starts in this status."""

    code: ClassVar[str] = "booking_status_conflict"
    sentence: ClassVar[object] = _("This can no longer be done. Reload the page to see where it stands.")


class NotYourPart(Forbidden):
    """The step belongs to the other side."""

    code: ClassVar[str] = "not_your_part"

    def __init__(self) -> None:
        super().__init__(_("The other side of the booking does this."))


class BookingFrozen(BookingRefusal):
    """An operator or a chargeback stopped the booking and its clocks."""

    code: ClassVar[str] = "booking_frozen"
    sentence: ClassVar[object] = _(
        "This booking is frozen and its clocks stand still. The room says why; you can still write messages."
    )


class ChargebackOpen(BookingRefusal):
    """The card network has not decided the chargeback yet."""

    code: ClassVar[str] = "chargeback_open"
    sentence: ClassVar[object] = _(
        "The card network disputes this payment. Wait for its decision: the booking goes on or closes by itself."
    )


class BookingNotActive(BookingRefusal):
    """The work has not begun or is over."""

    code: ClassVar[str] = "booking_not_active"
    sentence: ClassVar[object] = _("This booking is not active.")


class RoundsUsedUp(BookingRefusal):
    """All agreed rounds of changes were used."""

    code: ClassVar[str] = "rounds_used_up"
    sentence: ClassVar[object] = _(
        "All rounds of changes are used. Approve the work, contest it, or place a new order."
    )


class NotOverdueYet(BookingRefusal):
    """The influencer still has time."""

    code: ClassVar[str] = "not_overdue_yet"
    sentence: ClassVar[object] = _("The influencer still has time. The room shows until when.")


class ContestWindowClosed(BookingRefusal):
    """The time in which this side could contest is over, or has not begun."""

    code: ClassVar[str] = "contest_window_closed"
    sentence: ClassVar[object] = _("This cannot be contested now. The room shows when it could.")


class AppealWindowClosed(BookingRefusal):
    """The time to appeal is over."""

    code: ClassVar[str] = "appeal_window_closed"
    sentence: ClassVar[object] = _("The time to appeal against this decision is over.")


class SameOperator(Forbidden):
    """Who took part before, or made the report, decides no more."""

    code: ClassVar[str] = "same_operator"

    def __init__(self) -> None:
        super().__init__(_("This is decided by somebody who took no part in it before."))


class SecondPersonNeeded(BookingRefusal):
    """More is at stake than one operator may decide about alone."""

    code: ClassVar[str] = "second_person_needed"
    sentence: ClassVar[object] = _("So much is at stake that a second operator must approve the decision.")


class SidesNotHeard(BookingRefusal):
    """A ruling would take something while a side may still be heard."""

    code: ClassVar[str] = "sides_not_heard"
    sentence: ClassVar[object] = _(
        "Both sides are still heard. Take nothing from the influencer before the time for evidence is over, or before both have added evidence and the influencer answered last."
    )


class AnswerAwaited(BookingRefusal):
    """A ruling would take something from a side that has not answered the contest, and may still."""

    code: ClassVar[str] = "answer_awaited"
    sentence: ClassVar[object] = _(
        "The other side has not answered yet. Decide against it once it has, or once the time for evidence is over."
    )


class ReportsUsedUp(BookingRefusal):
    """The post was reported as often as the policy allows, and each report ended without loss."""

    code: ClassVar[str] = "reports_used_up"
    sentence: ClassVar[object] = _(
        "You reported this post as often as is possible, and each report ended without loss for the influencer. If it is gone now, write to the operators of this site."
    )


class MoneyOnItsWay(BookingRefusal):
    """What would be divided or taken back is moving just now."""

    code: ClassVar[str] = "money_on_its_way"
    sentence: ClassVar[object] = _(
        "The share is on its way to the influencer just now. Try again once it has arrived."
    )


class DecisionOutdated(BookingRefusal):
    """What was approved would move other amounts than those that two persons agreed on."""

    code: ClassVar[str] = "decision_outdated"
    sentence: ClassVar[object] = _(
        "The share has arrived since this was written, so other amounts would move now. Refuse it; it is to be decided anew."
    )


class WorkMovedOn(DecisionOutdated):
    """What was approved was asked for while the work was in another state: one side acted since, or a clock ran out."""

    code: ClassVar[str] = "work_moved_on"
    sentence: ClassVar[object] = _(
        "The work has moved on since this was asked for. Refuse it, look at the booking, and ask anew if it is still needed."
    )


class RulingOvertaken(DecisionOutdated):
    """What was approved was written before another ruling and the appeal against it."""

    code: ClassVar[str] = "ruling_overtaken"
    sentence: ClassVar[object] = _(
        "Another operator ruled since this was written, and an appeal was made. Refuse it; the appeal is to be decided anew."
    )


class ClawBackRefused(BookingRefusal):
    """Nothing arrived that could be taken back, more is asked for than arrived, or than chargebacks cost the platform."""

    code: ClassVar[str] = "claw_back_refused"
    sentence: ClassVar[object] = _(
        "So much cannot be taken back: no more than has arrived, for the platform no more than lost chargebacks of this booking cost it, and for the brand nothing while such a loss is left."
    )


class BriefPlacesTaken(BookingRefusal):
    """Every place of the brief is booked."""

    code: ClassVar[str] = "brief_places_taken"
    sentence: ClassVar[object] = _("All places of this brief are booked. Ask for more places first.")


class PaymentNotPossible(BookingRefusal):
    """The time left is too short for a payment page, or the booking does not wait for payment."""

    code: ClassVar[str] = "payment_not_possible"
    sentence: ClassVar[object] = _("The time to pay is over. Ask for a new quote.")


class CancellationChanged(Invalid):
    """The brand would have another sum back than was read before it was cancelled."""

    code: ClassVar[str] = "cancellation_changed"


class SubmissionEmpty(Invalid):
    """Neither text, nor a link, nor a file."""

    code: ClassVar[str] = "submission_empty"


class LinkNotUsable(Invalid):
    """Not an http or https address, or too long."""

    code: ClassVar[str] = "link_not_usable"


class CriterionUnknown(Invalid):
    """A change request names none of the agreed criteria."""

    code: ClassVar[str] = "criterion_unknown"


class DisclosureMissing(Invalid):
    """The post must say that it is an advertisement, and how it says so was not told."""

    code: ClassVar[str] = "disclosure_missing"


class PostedOutsideWindow(Invalid):
    """The post is older than the agreed posting days, or lies in the future."""

    code: ClassVar[str] = "posted_outside_window"


class VerdictMissing(Invalid):
    """A disputed criterion was left undecided."""

    code: ClassVar[str] = "verdict_missing"


class ShareOutOfRange(Invalid):
    """A share lies between 0 and 10,000 basis points."""

    code: ClassVar[str] = "share_out_of_range"


class ReasonMissing(Invalid):
    """A decision needs a reason (of an operator: in both languages)."""

    code: ClassVar[str] = "reason_missing"
