"""What users are told, one sentence a kind, and the word on the link that leads on. Params are named in the sentence."""

from dataclasses import dataclass

from marketplace.web.language import lazy_gettext as _


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text` is a lazily translated sentence with named params; `action` the label of the link in the mail."""

    text: object
    action: object


OPEN = _("Open")

SENTENCES: dict[str, Sentence] = {
    "account.verify": Sentence(_("Confirm that this mail address is yours. The link works for 48 hours."), _("Confirm the address")),
    "account.exists": Sentence(_("Someone tried to sign up with your mail address. You already have an account: sign in, or reset the password if you forgot it."), _("Sign in")),
    "account.reset": Sentence(_("Choose a new password with this link. It works for one hour and once. If you did not ask for it, ignore this mail."), _("Choose a new password")),
    "account.password_changed": Sentence(_("Your password was changed and all other devices were signed out. If this was not you, reset the password now."), _("Reset the password")),
    "account.suspended": Sentence(_("Your account was suspended: %(reason)s. Running bookings go on; nothing new can be started."), OPEN),
    "account.restored": Sentence(_("Your account is no longer suspended: %(reason)s"), OPEN),
    "brand.invited": Sentence(_("%(person)s invites you to join %(brand)s on Athar."), _("Join")),
    "moderation.approved": Sentence(_("Approved: %(title)s."), OPEN),
    "moderation.changes_requested": Sentence(_("Please change something before it can go live: %(title)s. The reasons stand beside the fields."), _("See what to change")),
    "moderation.rejected": Sentence(_("Not accepted: %(title)s. You can read the reason and appeal."), _("Read the decision")),
    "moderation.hidden": Sentence(_("Hidden from the market: %(title)s. You can read the reason and appeal."), _("Read the decision")),
    "moderation.appeal_answered": Sentence(_("Your appeal was answered: %(title)s."), _("Read the answer")),
    "match.fits": Sentence(_("An open brief fits you: %(title)s by %(brand)s."), _("See the brief")),
    "application.submitted": Sentence(_("%(influencer)s applied to %(title)s."), _("See the application")),
    "application.refused": Sentence(_("Your application to %(title)s was not chosen. The reason is on its page."), _("Read the reason")),
    "application.shortlisted": Sentence(_("You are on the shortlist for %(title)s."), OPEN),
    "application.withdrawn": Sentence(_("%(influencer)s took back the application to %(title)s."), OPEN),
    "application.lapsed": Sentence(_("Your application to %(title)s lapsed: its offer was not taken up in time."), OPEN),
    "invitation.sent": Sentence(_("%(brand)s invites you to %(title)s."), _("See the invitation")),
    "invitation.accepted": Sentence(_("%(influencer)s accepted your invitation to %(title)s. The quote is ready."), _("See the quote")),
    "invitation.declined": Sentence(_("%(influencer)s declined your invitation to %(title)s."), OPEN),
    "invitation.withdrawn": Sentence(_("The invitation by %(brand)s to %(title)s does not stand any more. The reason is on its page."), _("Read the reason")),
    "invitation.lapsed": Sentence(_("Your acceptance of the invitation to %(title)s lapsed: %(brand)s did not take it up in time."), OPEN),
    "quote.created": Sentence(_("Your quote with %(influencer)s is ready: %(total)s, valid until %(until)s."), _("See the quote")),
    "booking.created": Sentence(_("%(brand)s accepted the price for %(title)s. You start when the payment is held."), _("Open the booking")),
    "booking.funded": Sentence(_("The payment of %(total)s for %(title)s is held. You receive %(net)s."), _("Open the booking")),
    "booking.paid": Sentence(_("Your payment of %(total)s for %(title)s is held by Athar until you approve the work."), _("Open the booking")),
    "booking.expired": Sentence(_("The time to pay for %(title)s ran out. Nothing was charged."), _("Open the booking")),
    "order.placed": Sentence(_("%(brand)s orders %(title)s and has until %(until)s to pay. You accept or decline once the payment is held."), _("Open the booking")),
    "order.received": Sentence(_("%(brand)s ordered %(title)s and paid. Accept or decline until %(until)s."), _("Answer the order")),
    "order.accepted": Sentence(_("%(influencer)s accepted your order %(title)s."), _("Open the booking")),
    "order.declined": Sentence(_("Your order %(title)s was declined. Everything you paid is on its way back."), _("Open the booking")),
    "submission.received": Sentence(_("%(influencer)s handed in work for %(title)s. Review it until %(until)s; after that it counts as approved."), _("Review the work")),
    "review.reminder": Sentence(_("The work for %(title)s waits for your review until %(until)s. Without an answer it counts as approved."), _("Review the work")),
    "changes.requested": Sentence(_("%(brand)s asks for changes to %(title)s: %(note)s"), _("See the request")),
    "deliverable.approved": Sentence(_("Approved: %(title)s."), _("Open the booking")),
    "deliverable.approved_publish": Sentence(_("Approved: %(title)s. Publish it in the agreed days and hand in the address."), _("Open the booking")),
    "deliverable.cancelled": Sentence(_("%(brand)s cancelled %(title)s after you handed it in. Accept your share, or contest the cancellation until %(until)s."), _("See what you can do")),
    "deliverable.taken_back": Sentence(_("%(title)s was overdue: %(brand)s took %(amount)s back, and you have a strike."), _("Open the booking")),
    "deliverable.taken_back_contestable": Sentence(_("%(title)s was overdue: %(brand)s takes %(amount)s back, and you have a strike. You can contest this until %(until)s."), _("See what you can do")),
    "publication.received": Sentence(_("%(title)s is live. Look at it until %(until)s; without an answer it counts as confirmed."), _("See the post")),
    "publication.refused": Sentence(_("%(brand)s could not confirm the post for %(title)s: %(note)s"), _("Open the booking")),
    "publication.taken_down": Sentence(_("%(brand)s reports that the post for %(title)s was taken down too early. This is a strike; no money is taken back unless an operator decides so."), _("Open the booking")),
    "deliverable.released": Sentence(_("%(net)s for %(title)s is in your payout account."), _("See your money")),
    "release.parked": Sentence(_("%(net)s for %(title)s is yours and waits for your payout account. Set it up to receive it."), _("Set up the payout account")),
    "release.account_incomplete": Sentence(_("%(net)s for %(title)s is yours and waits until your payout account is complete. See what is still missing."), _("See your payout account")),
    "release.refused": Sentence(_("%(net)s for %(title)s is yours but could not be sent yet. An operator sees to it; you have nothing to do."), _("Open the booking")),
    "refund.planned": Sentence(_("%(amount)s for %(title)s is on its way back to you."), _("Open the booking")),
    "deliverable.refunded": Sentence(_("%(amount)s for %(title)s was paid back to you."), _("Open the booking")),
    "booking.cancelled": Sentence(_("%(title)s was cancelled. Both sides see what each one gets."), _("Open the booking")),
    "booking.completed": Sentence(_("%(title)s is complete."), _("Open the booking")),
    "booking.frozen": Sentence(_("%(title)s is frozen by an operator: %(note)s. All clocks stand still."), _("Open the booking")),
    "booking.disputed": Sentence(_("%(title)s is frozen: the card network disputes the payment. All clocks stand still until that is settled."), _("Open the booking")),
    "booking.unfrozen": Sentence(_("%(title)s goes on. All clocks run again, later by the time they stood still."), _("Open the booking")),
    "booking.charged_back": Sentence(_("The card network took the payment for %(title)s back. The booking is closed."), _("Open the booking")),
    "booking.closed_by_chargeback": Sentence(_("The card network took the payment for %(title)s back, and the booking is closed. Hand in nothing more; what you received stays yours unless an operator decides otherwise."), _("Open the booking")),
    "contest.opened": Sentence(_("%(title)s is contested. Both sides have five days for evidence; an operator then decides."), _("Open the booking")),
    "contest.evidence_closed": Sentence(_("The time for evidence about %(title)s is over. An operator decides until %(until)s."), _("Open the booking")),
    "contest.ruled": Sentence(_("The operator decided about %(title)s. The reasons are in the booking. Accept, or appeal until %(until)s; the money waits so long."), _("Read the decision")),
    "contest.appealed": Sentence(_("An appeal was filed about %(title)s. Another operator decides until %(until)s; the money waits."), _("Open the booking")),
    "contest.closed": Sentence(_("The decision about %(title)s is final; the money moves by it."), _("Open the booking")),
    "contest.escalated": Sentence(_("The decision about %(title)s is very late. It was passed on to a senior operator; we are sorry."), _("Open the booking")),
    "contest.accepted": Sentence(_("The other side accepted the decision about %(title)s. Once you accept it as well, the money moves at once; without an answer it moves when the time to appeal is over."), _("Read the decision")),
    "money.decided": Sentence(_("Two operators divided the money for %(title)s. Both parts are on their way; the reasons are in the booking."), _("Read the reasons")),
    "money.claimed_back": Sentence(_("Two operators decided that %(amount)s for %(title)s is to be paid back from your payout account. The reasons are in the booking."), _("Read the reasons")),
    "money.claimed_back_for_you": Sentence(_("Two operators decided that %(amount)s for %(title)s is to come back to you. We tell you when it is paid. The reasons are in the booking."), _("Read the reasons")),
    "money.recovered": Sentence(_("%(amount)s for %(title)s was taken back from your payout account, as two operators had decided."), _("Open the booking")),
    "money.recovery_refused": Sentence(_("%(amount)s for %(title)s is to be paid back, and your payout account does not hold it. It stays owed; an operator tries again."), _("Open the booking")),
    "approval.requested": Sentence(_("%(person)s asks for a second person: %(act)s. Look at it until %(until)s; after that it lapses."), _("Look at it")),
    "approval.approved": Sentence(_("%(person)s approved what you asked for, and it was done: %(act)s."), OPEN),
    "approval.refused": Sentence(_("%(person)s refused what you asked for: %(act)s. Their note: %(note)s"), OPEN),
    "account.bank_changed": Sentence(_("The bank account of your payout account was changed. Payouts wait until %(until)s. If this was not you, reset your password now and tell us."), _("See your payout account")),
    "publication.restored": Sentence(_("An operator found that the post for %(title)s had stayed up. The report is undone and the strike withdrawn."), _("Open the booking")),
    "work.due": Sentence(_("%(title)s is due on %(until)s."), _("Open the booking")),
    "work.overdue": Sentence(_("%(title)s is overdue. Hand it in now, or the brand may take the payment for it back."), _("Hand it in")),
    "formula.switched": Sentence(_("The formula that ranks influencers changed to version %(version)s: %(note)s"), _("See how ranking works")),
    "message.received": Sentence(_("New message about %(title)s."), _("Read it")),
    "payout.paid": Sentence(_("%(net)s was sent to your bank."), _("See your money")),
}  # fmt: skip
