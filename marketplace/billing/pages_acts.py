"""For operators: what stands still, claims against influencers, and entries by hand; most of it needs a second person."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.approvals.asked import lead_to_request
from marketplace.approvals.forms import AskForm
from marketplace.approvals.models import ApprovalRequest
from marketplace.billing import claims, held_long, payout_holds
from marketplace.billing.forms import EntryForm, HoldForm
from marketplace.billing.hand_entries import request_entry
from marketplace.billing.pages_blueprint import blueprint
from marketplace.bookings.parties import sides_of
from marketplace.db import db
from marketplace.errors import Invalid, NotFound
from marketplace.influencers.queries import get_influencer_by_handle
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.amounts import read_amount
from marketplace.web.context import current_actor, now
from marketplace.web.forms import UNPROCESSABLE
from marketplace.web.language import gettext as _
from marketplace.web.step_up import step_up
from payments.claims_otherwise import due_to_payers
from payments.claw_backs import list_claw_backs


@blueprint.get("/operate/holds")
@requires(Permission.MONEY_CASES_VIEW)
def holds() -> str:
    """List frozen bookings, payments held for long, and payouts on hold."""
    return _holds_page(HoldForm(formdata=None))


def _holds_page(form: HoldForm) -> str:
    frozen = held_long.list_frozen(db.session)
    long_held = held_long.list_long_held(db.session, now=now())
    return render_template(
        "billing/holds.html",
        frozen=frozen,
        long_held=long_held,
        sides=sides_of(db.session, [each.booking_id for each in (*frozen, *long_held)]),
        payouts=held_long.list_held_payouts(db.session, now=now()),
        form=form,
    )


@blueprint.post("/operate/holds")
@requires(Permission.MONEY_ACT)
@step_up
def hold_payouts() -> Response | tuple[str, int]:
    """Ask a second person to hold an influencer's payouts."""
    form = HoldForm()
    if form.validate():
        try:
            influencer = get_influencer_by_handle(
                db.session, handle=(form.handle.data or "").lstrip("@"), is_own=True
            )
            asked = payout_holds.request_hold(
                db.session,
                actor=current_actor(),
                influencer_id=influencer.id,
                is_held=True,
                reason=form.reason.data or "",
                now=now(),
            )
        except NotFound:
            form.add_errors({"handle": _("Nobody with a payout account has this handle.")})
        except Invalid as error:
            form.add_errors(error.fields)
        else:
            return lead_to_request(asked)
    return _holds_page(form), UNPROCESSABLE


@blueprint.post("/operate/holds/<influencer_id>/end")
@requires(Permission.MONEY_ACT)
@step_up
def end_hold(influencer_id: str) -> Response:
    """Ask a second person to end a hold."""
    asked = payout_holds.request_hold(
        db.session,
        actor=current_actor(),
        influencer_id=influencer_id,
        is_held=False,
        reason=str(_("The reason for the hold is gone.")),
        now=now(),
    )
    return lead_to_request(asked)


@blueprint.get("/operate/claims")
@requires(Permission.MONEY_CASES_VIEW)
def claims_list() -> str:
    """List what influencers owe back."""
    return _claims_page(AskForm(formdata=None))


def _claims_page(form: AskForm) -> str:
    open_claims = list_claw_backs(db.session, is_open=True)
    return render_template(
        "billing/claims.html",
        open_claims=open_claims,
        sides=sides_of(db.session, [each.booking_ref for each in open_claims]),
        due=due_to_payers(db.session, [each.claw_back_id for each in open_claims]),
        closed_claims=list_claw_backs(db.session, is_open=False, limit=20),
        form=form,
    )


@blueprint.post("/operate/claims/<claim_id>/recover")
@requires(Permission.MONEY_ACT)
def recover_claim(claim_id: str) -> Response:
    """Try once more to recover what is outstanding."""
    claims.recover_again(db.session, actor=current_actor(), claw_back_id=claim_id, now=now())
    flash(_("It is tried again, as far as the money is there."), "success")
    return redirect(url_for("billing.claims_list"), 303)


@blueprint.post("/operate/claims/<claim_id>/write-off")
@requires(Permission.MONEY_ACT)
@step_up
def write_off_claim(claim_id: str) -> Response | tuple[str, int]:
    """Ask a second person to give a claim up."""
    return _ask_about_claim(claim_id, claims.request_write_off)


@blueprint.post("/operate/claims/<claim_id>/paid-otherwise")
@requires(Permission.MONEY_ACT)
@step_up
def claim_paid_otherwise(claim_id: str) -> Response | tuple[str, int]:
    """Ask a second person to book that what a claim owes the brand was paid another way."""
    return _ask_about_claim(claim_id, claims.request_claim_paid)


def _ask_about_claim(
    claim_id: str, request_act: Callable[..., ApprovalRequest]
) -> Response | tuple[str, int]:
    form = AskForm()
    claims.get_claim(db.session, claw_back_id=claim_id)
    if not form.validate():
        return _claims_page(form), UNPROCESSABLE
    asked = request_act(
        db.session,
        actor=current_actor(),
        claw_back_id=claim_id,
        reason=form.reason.data or "",
        now=now(),
    )
    return lead_to_request(asked)


@blueprint.get("/operate/ledger-entry")
@requires(Permission.MONEY_ACT)
def entry_page() -> str:
    """Show the form; from the comparison it begins with the line that does not fit."""
    line_ref, currency = request.args.get("line", "")[:60], request.args.get("currency", "SAR")
    form = EntryForm(formdata=None, line_ref=line_ref, currency=currency)
    return render_template("billing/entry.html", form=form)


@blueprint.post("/operate/ledger-entry")
@requires(Permission.MONEY_ACT)
@step_up
def request_hand_entry() -> Response | tuple[str, int]:
    """Ask a second person for an entry by hand."""
    form = EntryForm()
    amount_minor, wrong = read_amount(form.amount.data or "", currency=form.currency.data or "")
    if wrong is not None:
        form.validate()
        form.add_errors({"amount": wrong})
    elif form.validate() and amount_minor is not None:
        with form.refusals():
            asked = request_entry(
                db.session,
                actor=current_actor(),
                debit=form.debit.data,
                credit=form.credit.data,
                currency=form.currency.data,
                amount_minor=amount_minor,
                line_ref=form.line_ref.data or "",
                reason=form.reason.data or "",
                now=now(),
            )
            return lead_to_request(asked)
    return render_template("billing/entry.html", form=form), UNPROCESSABLE
