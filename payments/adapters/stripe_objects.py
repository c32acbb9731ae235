"""Reads Stripe's objects, as plain dictionaries, into the values of the port; knows field names, decides nothing."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from payments.ports import (
    AccountState,
    Answer,
    BalanceLine,
    ChargebackState,
    CheckoutState,
    EffectState,
    PaymentState,
)
from payments.statuses import AccountStatus, ChargebackStatus, CheckoutStatus, OperationKind

Body = Mapping[str, Any]

_RESTRICTED_REASONS = ("rejected", "platform_paused", "listed", "under_review", "other")
#: what the provider is still looking into, and what passes by itself
_PASSING = ("determining_status", "requirements_pending_verification")
_CHARGEBACK_STATUSES = {
    "won": ChargebackStatus.WON,
    "warning_closed": ChargebackStatus.WON,
    "prevented": ChargebackStatus.WON,
    "lost": ChargebackStatus.LOST,
}


def moment(epoch: int) -> datetime:
    """Return a Unix time as an aware UTC datetime."""
    return datetime.fromtimestamp(epoch, UTC)


def _moment_or_none(value: int | str | None) -> datetime | None:
    """Return a time that the first API tells in Unix seconds and the second in words."""
    if not value:
        return None
    return moment(value) if isinstance(value, int) else datetime.fromisoformat(value)


def object_id(value: Any) -> str | None:
    """Return the id of a reference that may be expanded or not."""
    found: str | None = value["id"] if isinstance(value, Mapping) else value
    return found


def read_answer(body: Body, *, request_id: str | None = None, is_replayed: bool = False) -> Answer:
    """Read what a create call made."""
    return Answer(
        gateway_id=body.get("id") or "",
        status=body.get("status") or "succeeded",
        request_id=request_id,
        is_replayed=is_replayed,
        url=body.get("url"),
        expires_at=_moment_or_none(body.get("expires_at")),
    )


def read_checkout(body: Body) -> CheckoutState:
    return CheckoutState(
        gateway_session_id=body["id"],
        status=CheckoutStatus(body["status"]),
        gateway_payment_id=object_id(body.get("payment_intent")),
    )


_PENDING = ("processing", "requires_action", "requires_capture")


def read_payment(body: Body) -> PaymentState:
    """Read a payment intent whose `latest_charge.balance_transaction` was expanded."""
    charge = body.get("latest_charge")
    settled = charge.get("balance_transaction") if isinstance(charge, Mapping) else None
    line: Body | None = settled if isinstance(settled, Mapping) else None
    return PaymentState(
        gateway_payment_id=body["id"],
        is_succeeded=body["status"] == "succeeded",
        currency=body["currency"].upper(),
        amount_minor=body["amount_received"],
        booking_ref=body["metadata"].get("booking"),
        gateway_charge_id=object_id(charge),
        fee_minor=line["fee"] if line else None,
        settlement_currency=line["currency"].upper() if line else None,
        is_pending=body["status"] in _PENDING,
    )


def read_effect(kind: OperationKind, body: Body) -> EffectState:
    """Read a transfer, refund, reversal or payout."""
    return EffectState(
        kind=kind,
        gateway_id=body["id"],
        operation_id=body["metadata"].get("op"),
        status=body.get("status") or "succeeded",
        currency=body["currency"].upper(),
        amount_minor=body["amount"],
        failure_code=body.get("failure_code") or body.get("failure_reason"),
        booking_ref=body["metadata"].get("booking"),
        gateway_transfer_id=object_id(body.get("transfer")),
        claim=body["metadata"].get("claim") or "",
    )


def read_account(body: Body) -> AccountState:
    """Read a connected account; only `capabilities.transfers` says whether it may be paid."""
    requirements = body.get("requirements") or {}
    missing = [*(requirements.get("past_due") or ()), *(requirements.get("currently_due") or ())]
    banks = (body.get("external_accounts") or {}).get("data") or []
    return AccountState(
        gateway_account_id=body["id"],
        status=_account_status(body, requirements.get("disabled_reason") or ""),
        is_payout_enabled=bool(body.get("payouts_enabled")),
        requirements=tuple(dict.fromkeys(missing)),
        external_account_digest=_digest([f"{bank['id']}:{bank.get('fingerprint')}" for bank in banks]),
    )


def read_account_v2(body: Body, state: AccountState) -> AccountState:
    """Read the same account in the second API: what its recipient's capabilities are, and what it still owes."""
    recipient = (body.get("configuration") or {}).get("recipient") or {}
    balance = (recipient.get("capabilities") or {}).get("stripe_balance") or {}
    transfers, payouts = balance.get("stripe_transfers"), balance.get("payouts")
    if transfers is None:
        return state  # it was made in the first API and has no such capability
    entries = (body.get("requirements") or {}).get("entries") or []
    return replace(
        state,
        status=_capability_status(transfers),
        is_payout_enabled=payouts["status"] == "active" if payouts else state.is_payout_enabled,
        requirements=tuple(
            dict.fromkeys(each["description"] for each in entries if each["awaiting_action_from"] == "user")
        ),
    )


def read_chargeback(body: Body) -> ChargebackState:
    """Read a dispute of the card network; lines of its balance say what was withdrawn and what it cost."""
    lines = body.get("balance_transactions") or []
    return ChargebackState(
        gateway_dispute_id=body["id"],
        gateway_payment_id=object_id(body.get("payment_intent")),
        status=_CHARGEBACK_STATUSES.get(body["status"], ChargebackStatus.OPEN),
        currency=body["currency"].upper(),
        amount_minor=body["amount"],
        fee_minor=sum(line["fee"] for line in lines),
        reason=body.get("reason"),
        is_withdrawn=bool(lines),
        evidence_due_at=_due_at(body.get("evidence_details") or {}),
    )


def _due_at(details: Body) -> datetime | None:
    due_by = details.get("due_by")
    return moment(int(due_by)) if due_by else None


def read_balance_line(body: Body) -> BalanceLine:
    return BalanceLine(
        gateway_id=body["id"],
        kind=body["type"],
        source_id=object_id(body.get("source")),
        currency=body["currency"].upper(),
        amount_minor=body["amount"],
        fee_minor=body["fee"],
        created_at=moment(body["created"]),
    )


def digest_of(content: Any) -> str:
    """Return SHA-256 of JSON values, in hex."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _account_status(body: Body, disabled_reason: str) -> AccountStatus:
    if (body.get("capabilities") or {}).get("transfers") == "active":
        return AccountStatus.ACTIVE
    is_restricted = disabled_reason.startswith(_RESTRICTED_REASONS)
    return AccountStatus.RESTRICTED if is_restricted else AccountStatus.PENDING


def _capability_status(capability: Body) -> AccountStatus:
    if capability["status"] == "active":
        return AccountStatus.ACTIVE
    details = capability.get("status_details") or []
    is_out_of_hand = any(
        each["resolution"] != "provide_info" and each["code"] not in _PASSING for each in details
    )
    return AccountStatus.RESTRICTED if is_out_of_hand else AccountStatus.PENDING


def _digest(banks: list[str]) -> str | None:
    return hashlib.sha256("\n".join(sorted(banks)).encode()).hexdigest() if banks else None
