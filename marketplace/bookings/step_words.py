"""What is owed in a booking, as sentences: one for who must act, one for who waits."""

from collections.abc import Mapping
from datetime import datetime

from marketplace.bookings.domain import Side
from marketplace.bookings.next_step import Step, StepCode
from marketplace.web.language import lazy_gettext as _
from payments.planning import HELD

#: what the one who must act reads
YOURS: Mapping[StepCode, object] = {
    StepCode.ACCEPT_QUOTE: _("Read the quote and accept it, or let it expire."),
    StepCode.ANSWER_APPLICATIONS: _("Answer the applications to your brief."),
    StepCode.ANSWER_INVITATION: _("Answer the invitation."),
    StepCode.PAY: _("Pay, so that the work can begin. Without a payment by then the booking ends."),
    StepCode.ANSWER_ORDER: _("Accept or decline this paid order. Without an answer everything is paid back."),
    StepCode.SUBMIT: _("Hand in the first version."),
    StepCode.RESUBMIT: _("Hand in a new version with the changes that were asked for."),
    StepCode.REVIEW: _("Review the work. Without an answer it counts as approved."),
    StepCode.PUBLISH: _("Publish the approved work and hand in its address."),
    StepCode.CONFIRM_PUBLICATION: _("Look at the live post. Without an answer it counts as confirmed."),
    StepCode.TAKE_BACK: _("The work is overdue. You may take the money back, or keep waiting."),
    StepCode.SET_UP_PAYOUT: _("Your share is owed to you. Set up your payout account to receive it."),
    StepCode.ANSWER_CONTEST: _(
        "The work is contested. Answer, and add what speaks for you, before an operator decides."
    ),
    StepCode.GIVE_EVIDENCE: _(
        "The brand does not find the post that you showed. Add what speaks for you; then an operator decides."
    ),
    StepCode.RULE: _("Decide the contest with a reason in both languages."),
    StepCode.SHOW_POST: _("Your post was reported as gone. Show that it is up, or add what speaks for you."),
    StepCode.LOOK_AGAIN: _(
        "The influencer showed that the post is up. Look at it; without an answer your report is undone."
    ),
    StepCode.RULE_POST: _("Decide the dispute about the post with a reason in both languages."),
    StepCode.ANSWER_RULING: _(
        "The dispute is decided. Accept the decision, or appeal; without an answer it stands and its money moves."
    ),
    StepCode.UNFREEZE: _("The booking is frozen. Let it go on once the matter is settled."),
    StepCode.WAIT_FOR_CONTEST: _("This work was cancelled. Contest it, or accept it to be paid at once."),
}
#: what everybody else reads, by whose turn it is
WAITING: Mapping[StepCode, object] = {
    StepCode.PAY: _("The brand pays. Until then nothing is owed; the work begins when the payment is held."),
    StepCode.WAIT_FOR_PAYMENT: _(
        "The brand has paid; we are waiting for the confirmation of its bank. Nobody has to do anything."
    ),
    StepCode.ANSWER_ORDER: _("The payment is held. The influencer accepts or declines."),
    StepCode.SUBMIT: _("The influencer works on the first version."),
    StepCode.RESUBMIT: _("The influencer works on the changes."),
    StepCode.REVIEW: _("The brand reviews the work. Without an answer it counts as approved."),
    StepCode.PUBLISH: _("The influencer publishes the approved work."),
    StepCode.CONFIRM_PUBLICATION: _(
        "The brand looks at the live post. Without an answer it counts as confirmed."
    ),
    StepCode.TAKE_BACK: _(
        "The work is overdue: the brand may take the money back. Handing it in now still counts."
    ),
    StepCode.SET_UP_PAYOUT: _("The influencer's share is owed and waits for their payout account."),
    StepCode.ANSWER_CONTEST: _(
        "The work is contested. The other side may answer; then an operator decides. All other clocks of it stand still."
    ),
    StepCode.GIVE_EVIDENCE: _("The influencer may still add what speaks for them; then an operator decides."),
    StepCode.RULE: _("An operator decides the contest. All clocks of this work stand still."),
    StepCode.SHOW_POST: _(
        "The post was reported as gone. The influencer may show that it is up; both sides add evidence."
    ),
    StepCode.LOOK_AGAIN: _(
        "The influencer showed that the post is up. The brand looks at it; without an answer the report is undone."
    ),
    StepCode.RULE_POST: _("An operator decides the dispute about the post. No money moves until then."),
    StepCode.ANSWER_RULING: _("The dispute is decided. Its money moves once nobody can appeal any more."),
    StepCode.UNFREEZE: _("The booking is frozen and all its clocks stand still. You can still write."),
    StepCode.MOVE_MONEY: _("The money is on its way. Nobody has to do anything."),
    StepCode.WAIT_FOR_CONTEST: _("The work was cancelled. The influencer may still contest it."),
    StepCode.NOTHING: _("Nothing is owed any more."),
}
#: what both sides read where silence counts and its time is over, though its clock has not run yet
OVER: Mapping[StepCode, object] = {
    StepCode.REVIEW: _(
        "The time to review the work is over. It is about to count as approved; until then an answer still counts."
    ),
    StepCode.CONFIRM_PUBLICATION: _(
        "The time to look at the live post is over. It is about to count as confirmed; until then an answer still counts."
    ),
}
#: instead of "nothing is owed" while a share that was taken back has not come back whole
CLAIMED = _("The work is over. A share that was taken back has not come back whole yet.")
#: the label of the one button
BUTTONS: Mapping[StepCode, object] = {
    StepCode.ACCEPT_QUOTE: _("Read the quote"),
    StepCode.ANSWER_APPLICATIONS: _("Read the applications"),
    StepCode.ANSWER_INVITATION: _("Read the invitation"),
    StepCode.PAY: _("Pay"),
    StepCode.ANSWER_ORDER: _("Accept the order"),
    StepCode.SUBMIT: _("Hand in the work"),
    StepCode.RESUBMIT: _("Hand in a new version"),
    StepCode.REVIEW: _("Review the work"),
    StepCode.PUBLISH: _("Hand in the post"),
    StepCode.CONFIRM_PUBLICATION: _("Look at the post"),
    StepCode.TAKE_BACK: _("See what you can do"),
    StepCode.SET_UP_PAYOUT: _("Set up the payout account"),
    StepCode.WAIT_FOR_CONTEST: _("See what you can do"),
    StepCode.RULE: _("See the contest"),
    StepCode.SHOW_POST: _("Show the post"),
    StepCode.LOOK_AGAIN: _("Look at the post"),
    StepCode.ANSWER_CONTEST: _("Answer the contest"),
    StepCode.GIVE_EVIDENCE: _("See the dispute"),
    StepCode.RULE_POST: _("See the dispute"),
    StepCode.ANSWER_RULING: _("Read the decision"),
}


def is_theirs(step: Step, side: str) -> bool:
    """Return whether this side must act."""
    is_party = side in {Side.BRAND, Side.INFLUENCER}
    return (step.owner is not None and step.owner == side) or (
        step.code is StepCode.ANSWER_RULING and is_party
    )


def step_sentence(step: Step, side: str, *, now: datetime) -> str:
    """Return what is owed, as this side reads it; a time that is over is called so until its clock has run."""
    if step.by is not None and step.by < now and step.code in OVER:
        return str(OVER[step.code])
    if is_theirs(step, side) and step.code in YOURS:
        return str(YOURS[step.code])
    return str(WAITING.get(step.code, WAITING[StepCode.NOTHING]))


def step_button(step: Step, side: str) -> str | None:
    """Return the label of the button for who must act; None where there is nothing to press."""
    if not is_theirs(step, side) or step.code not in BUTTONS:
        return None
    return str(BUTTONS[step.code])


def parked_sentence(reason: str) -> str:
    """Return why an owed release waits: our own codes in words, any other is a refusal of the payment provider."""
    return str(PARKED.get(reason, PROVIDER_REFUSED))


def side_label(side: str) -> str:
    """Return who acts, in words."""
    return str(SIDES.get(side, side))


SIDES: Mapping[str, object] = {
    Side.BRAND: _("The brand"),
    Side.INFLUENCER: _("The influencer"),
    Side.OPERATOR: _("An operator"),
    Side.SYSTEM: _("Athar"),
}
#: why an owed release waits
PARKED: Mapping[str, object] = {
    "payout_account_missing": _("The influencer's share is owed and waits for their payout account."),
    "payout_account_not_active": _(
        "The influencer's share is owed and waits until their payout account is complete."
    ),
    "frozen": _("The influencer's share is owed and waits until the booking goes on."),
    HELD: _("The influencer's share is held until the decision about its post stands."),
}
PROVIDER_REFUSED = _(
    "The influencer's share is owed. The payment provider did not send it; an operator sees to it."
)
