"""For operators: what card networks dispute, until when evidence is taken, and handing it in."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from marketplace.billing.chargeback_evidence import assemble_evidence, submit_evidence
from marketplace.billing.chargeback_words import chargeback_reason, evidence_word
from marketplace.billing.pages_blueprint import blueprint
from marketplace.bookings.parties import sides_of
from marketplace.db import db
from marketplace.policies import Permission, may
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now
from marketplace.web.language import gettext as _
from payments.chargeback_evidence import get_chargeback, list_chargebacks
from payments.statuses import ChargebackStatus

blueprint.add_app_template_global(chargeback_reason)
blueprint.add_app_template_global(evidence_word)


@blueprint.get("/operate/chargebacks")
@requires(Permission.MONEY_CASES_VIEW)
def chargebacks() -> str:
    """List open chargebacks by their deadline, and closed ones."""
    open_ones = list_chargebacks(db.session, is_open=True)
    closed_ones = list_chargebacks(db.session, is_open=False)
    return render_template(
        "billing/chargebacks.html",
        open_ones=open_ones,
        closed_ones=closed_ones,
        sides=sides_of(db.session, [each.booking_ref for each in (*open_ones, *closed_ones)]),
    )


@blueprint.get("/operate/chargebacks/<chargeback_id>")
@requires(Permission.MONEY_CASES_VIEW)
def chargeback(chargeback_id: str) -> str:
    """Show one with the evidence that would be handed in."""
    actor = current_actor()
    found = get_chargeback(db.session, chargeback_ref=chargeback_id)
    evidence = (
        assemble_evidence(db.session, actor=actor, booking_id=found.booking_ref, now=now())
        if found.booking_ref is not None
        else {}
    )
    is_late = found.evidence_due_at is not None and now() > found.evidence_due_at
    is_open = found.status is ChargebackStatus.OPEN and found.evidence_sent_at is None and not is_late
    return render_template(
        "billing/chargeback.html",
        found=found,
        side=sides_of(db.session, [found.booking_ref]).get(found.booking_ref or ""),
        evidence=evidence,
        is_late=is_late,
        may_submit=is_open and bool(evidence) and may(actor, Permission.MONEY_ACT),
    )


@blueprint.post("/operate/chargebacks/<chargeback_id>/evidence")
@requires(Permission.MONEY_ACT)
def submit_chargeback_evidence(chargeback_id: str) -> Response:
    """Hand in what the booking's record says, once."""
    submit_evidence(db.session, actor=current_actor(), chargeback_ref=chargeback_id, now=now())
    flash(_("Handed in. The card network decides; this can take weeks."), "success")
    return redirect(url_for("billing.chargeback", chargeback_id=chargeback_id), 303)
