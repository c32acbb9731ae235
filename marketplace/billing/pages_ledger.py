"""The books, for operators: accounts, totals, the explained share, what does not fit; the entries of one booking."""

from flask import render_template, request

from marketplace.approvals.act_words import call_word
from marketplace.billing.account_groups import rows_by_group
from marketplace.billing.entry_words import account_label, entry_word, freeze_words
from marketplace.billing.pages_blueprint import blueprint
from marketplace.bookings.queries import get_booking
from marketplace.db import db, snapshot
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.context import current_actor, services
from payments.journal_reading import list_entries
from payments.queries import find_escrow
from payments.statements import list_operations
from payments.statuses import OperationState
from payments.verification import count_entries, held_by_currency, list_totals, verify_ledger

TROUBLED = (OperationState.HALTED, OperationState.UNKNOWN)
BPS_A_PERCENT = 100


@blueprint.get("/operate/ledger")
@requires(Permission.LEDGER_VIEW)
def ledger() -> str:
    """Show the accounts; the verification, which reads every entry, follows by itself or by its link."""
    totals = list_totals(db.session)
    entries, streams = count_entries(db.session)
    return render_template(
        "billing/ledger.html",
        accounts=rows_by_group(totals),
        currencies=sorted({each.currency for each in totals}),
        held=sorted(held_by_currency(totals).items()),
        entry_count=entries,
        stream_count=streams,
        operations=list_operations(db.session, states=TROUBLED, limit=50),
        call_word=call_word,
    )


@blueprint.get("/operate/ledger-verification")
@requires(Permission.LEDGER_VIEW)
def verification() -> str:
    """Verify the whole ledger and say how much is explained; htmx gets the piece alone."""
    with snapshot(services().sessions) as session:
        report = verify_ledger(session)
    is_piece = request.headers.get("HX-Request") is not None
    return render_template(
        "billing/verification_piece.html" if is_piece else "billing/verification.html",
        report=report,
        explained=f"{report.explained_bps // BPS_A_PERCENT}.{report.explained_bps % BPS_A_PERCENT:02d}",
    )


@blueprint.get("/operate/ledger/<booking_id>")
@requires(Permission.MONEY_CASES_VIEW)
def booking_ledger(booking_id: str) -> str:
    """Show every entry of one booking with its legs, and the provider calls behind them."""
    session = db.session
    booking = get_booking(session, actor=current_actor(), booking_id=booking_id)
    escrow = find_escrow(session, booking_ref=booking.id)
    return render_template(
        "billing/booking_ledger.html",
        booking=booking,
        escrow=escrow,
        frozen_because=freeze_words(escrow.freeze_reason) if escrow else None,
        entries=list_entries(session, booking_ref=booking.id),
        operations=list_operations(session, states=tuple(OperationState), booking_ref=booking.id),
        account_label=account_label,
        call_word=call_word,
        entry_word=entry_word,
    )
