"""The books over the API, for operators: totals, proof, balances, statements, and the entries of one booking."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any

from marketplace.approvals.act_words import call_word
from marketplace.billing.account_groups import group_label
from marketplace.billing.api_blueprint import blueprint
from marketplace.billing.entry_words import account_label, entry_word, freeze_words
from marketplace.billing.schemas_ledger import (
    AccountBalancePageSchema,
    BalancesQuery,
    BookingLedgerSchema,
    LedgerSchema,
    LedgerVerificationSchema,
    StatementLinePageSchema,
    StatementQuery,
    account_cursor,
)
from marketplace.bookings.queries import get_booking
from marketplace.db import db, snapshot
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.context import current_actor, services
from marketplace.web.cursors import place_page
from marketplace.web.language import gettext as _
from marketplace.web.schema import plain
from payments.account_statements import Party, StatementLine, stream_statement
from payments.balances import list_balances
from payments.journal_reading import EntryView, list_entries
from payments.queries import find_escrow
from payments.statements import OperationView, list_operations
from payments.statuses import OperationState
from payments.verification import count_entries, held_by_currency, list_totals, verify_ledger

ONE_DAY = timedelta(days=1)
OPENING = "opening"


def _amount(amount_minor: int, currency: str) -> dict[str, Any]:
    return {"amount_minor": amount_minor, "currency": currency}


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), tzinfo=UTC)


def _end_of(day: date | None) -> datetime | None:
    return _midnight(None if day is None else day + ONE_DAY)


@blueprint.read("/ledger", answer=LedgerSchema)
@requires(Permission.LEDGER_VIEW)
def show_ledger() -> dict[str, Any]:
    """Show what stands on every kind of account, and what is held for bookings."""
    totals = list_totals(db.session)
    entries, streams = count_entries(db.session)
    return {
        "totals": [
            {
                "group": each.group,
                "title": str(group_label(each.group)),
                "balance": _amount(each.amount_minor, each.currency),
            }
            for each in totals
        ],
        "held": [_amount(amount, currency) for currency, amount in sorted(held_by_currency(totals).items())],
        "entry_count": entries,
        "stream_count": streams,
    }


@blueprint.read("/ledger/verification", answer=LedgerVerificationSchema)
@requires(Permission.LEDGER_VIEW)
def verify_books() -> dict[str, Any]:
    """Read every entry and say how much of the money is explained. It takes as long as the books are."""
    with snapshot(services().sessions) as session:
        report = verify_ledger(session)
    return {**plain(report), "is_sound": report.is_sound}


@blueprint.read("/ledger/balances", answer=AccountBalancePageSchema, query=BalancesQuery)
@requires(Permission.LEDGER_VIEW)
def list_account_balances(query: dict[str, Any]) -> dict[str, Any]:
    """List what stands on single accounts, now or at the end of a past day; empty ones are left out."""
    limit = query["limit"]
    rows = list_balances(
        db.session,
        below=query["account"] or None,
        until=_end_of(query["until"]),
        after=query["cursor"],
        limit=limit + 1,
    )
    shown = rows[:limit]
    items = [
        {
            "account": each.account,
            "title": account_label(each.account),
            "balance": _amount(each.amount_minor, each.currency),
        }
        for each in shown
    ]
    following = account_cursor(shown[-1].account, shown[-1].currency) if len(rows) > limit else None
    return {"items": items, "next_cursor": following}


@blueprint.read("/ledger/statement", answer=StatementLinePageSchema, query=StatementQuery)
@requires(Permission.LEDGER_VIEW)
def show_statement(query: dict[str, Any]) -> dict[str, Any]:
    """List what moved for a booking, an influencer or a brand, oldest first, with the balance after each line."""
    place, limit = query["cursor"], query["limit"]
    lines = stream_statement(
        db.session,
        party=Party(query["party"]),
        ref=query["ref"],
        since=_midnight(query["since"]),
        until=_end_of(query["until"]),
    )
    rows = [_line_body(each) for each in islice(lines, place, place + limit + 1)]
    return place_page(rows, place=place, limit=limit)


def _line_body(line: StatementLine) -> dict[str, Any]:
    return {
        "at": line.at,
        "kind": line.kind,
        "title": _("Balance before") if line.kind == OPENING else entry_word(line.kind),
        "booking_id": line.booking_ref,
        "deliverable_id": line.part_ref,
        "amount": _amount(line.amount_minor, line.currency),
        "balance": _amount(line.balance_minor, line.currency),
    }


@blueprint.read("/bookings/<id:booking_id>/ledger", answer=BookingLedgerSchema)
@requires(Permission.MONEY_CASES_VIEW)
def show_booking_ledger(booking_id: str) -> dict[str, Any]:
    """Show every entry of one booking with its legs, oldest first, and the calls to the provider behind them."""
    booking = get_booking(db.session, actor=current_actor(), booking_id=booking_id)
    escrow = find_escrow(db.session, booking_ref=booking.id)
    calls = list_operations(db.session, states=tuple(OperationState), booking_ref=booking.id)
    return {
        "booking_id": booking.id,
        "title": booking.title,
        "status": escrow.status if escrow else None,
        "frozen_because": freeze_words(escrow.freeze_reason) if escrow else None,
        "entries": [_entry_body(each) for each in list_entries(db.session, booking_ref=booking.id)],
        "calls": [call_body(each) for each in calls],
    }


def _entry_body(entry: EntryView) -> dict[str, Any]:
    return {
        "id": entry.entry_id,
        "at": entry.at,
        "kind": entry.kind,
        "title": entry_word(entry.kind),
        "call_id": entry.operation_id,
        "hash": entry.entry_hash,
        "legs": [
            {"account": account, "title": account_label(account), "amount": _amount(amount, currency)}
            for account, currency, amount in entry.legs
        ],
    }


def call_body(call: OperationView) -> dict[str, Any]:
    """Return a call to the provider as JSON-like values."""
    has_amount = call.amount_minor is not None and call.currency is not None
    return {
        **plain(call),
        "id": call.operation_id,
        "title": str(call_word(call.kind)),
        "booking_id": call.booking_ref,
        "influencer_id": call.payee_ref,
        "amount": _amount(call.amount_minor or 0, call.currency or "") if has_amount else None,
        "provider_id": call.gateway_id,
    }
