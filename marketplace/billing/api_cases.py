"""What waits for an operator about money, over the API: calls, shares, claims, chargebacks.

Done with a key is what their pages do without a password: asking the provider again, sending again, handing in evidence.
"""

from typing import Any

from flask import url_for

from marketplace.billing import claims, operation_repair
from marketplace.billing.api_blueprint import blueprint
from marketplace.billing.api_ledger import call_body
from marketplace.billing.chargeback_evidence import assemble_evidence, submit_evidence
from marketplace.billing.chargeback_words import chargeback_reason
from marketplace.billing.pages_operations import VIEWS
from marketplace.billing.schemas_cases import (
    CallPageSchema,
    CallsQuery,
    ChargebackLinePageSchema,
    ChargebackSchema,
    ClaimPageSchema,
    ClaimSchema,
    OpenQuery,
    WaitingSharePageSchema,
)
from marketplace.billing.schemas_ledger import CallSchema
from marketplace.billing.waiting_words import reason_sentence
from marketplace.bookings.api_rooms import WORK, room_of_deliverable
from marketplace.bookings.operations import retry_money
from marketplace.bookings.schemas import BookingSchema
from marketplace.db import db
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now, services
from marketplace.web.schema import plain
from payments.chargeback_evidence import ChargebackView, get_chargeback, list_chargebacks
from payments.claw_backs import ClawBackView, list_claw_backs
from payments.statements import get_operation, list_operations
from payments.waiting import list_waiting

CALL, CLAIM = "/calls/<ref:call_id>", "/claims/<ref:claim_id>"
CHARGEBACK = "/chargebacks/<ref:chargeback_id>"
MOST = 100


def _page_url(endpoint: str) -> str:
    return services().settings.base_url.rstrip("/") + url_for(endpoint)


def _page(items: list[dict[str, Any]]) -> dict[str, Any]:
    return {"items": items, "next_cursor": None}


@blueprint.read("/calls", answer=CallPageSchema, query=CallsQuery)
@requires(Permission.MONEY_CASES_VIEW)
def list_calls(query: dict[str, Any]) -> dict[str, Any]:
    """List calls to the payment provider, the 100 newest of the kind asked for. There is no second page."""
    rows = list_operations(db.session, states=VIEWS[query["view"]], limit=MOST)
    return _page([call_body(each) for each in rows])


@blueprint.read(CALL, answer=CallSchema)
@requires(Permission.MONEY_CASES_VIEW)
def show_call(call_id: str) -> dict[str, Any]:
    """Show a call to the payment provider and how far it got."""
    return call_body(get_operation(db.session, operation_id=call_id))


@blueprint.write(f"{CALL}/ask-again", answer=CallSchema, is_money=True)
@requires(Permission.MONEY_ACT)
def ask_call_again(call_id: str) -> dict[str, Any]:
    """Ask the provider now what became of a call of unknown outcome. It moves nothing twice."""
    operation_repair.ask_again(db.session, actor=current_actor(), operation_id=call_id, now=now())
    return call_body(get_operation(db.session, operation_id=call_id))


@blueprint.read("/waiting-money", answer=WaitingSharePageSchema)
@requires(Permission.MONEY_CASES_VIEW)
def list_waiting_money() -> dict[str, Any]:
    """List decided shares that do not move by themselves, the 100 oldest. There is no second page."""
    page_url = _page_url("billing.waiting_money")
    return _page(
        [
            {
                **plain(each),
                "booking_id": each.booking_ref,
                "deliverable_id": each.part_ref,
                "influencer_id": each.payee_ref,
                "amount": {"amount_minor": each.amount_minor, "currency": each.currency},
                "reason_text": str(reason_sentence(each.reason)),
                "page_url": page_url,
            }
            for each in list_waiting(db.session, limit=MOST)
        ]
    )


blueprint.resource(WORK, answer=BookingSchema, found_at="/bookings/{id}")(room_of_deliverable)


@blueprint.write(f"{WORK}/retry-money", answer=BookingSchema, is_money=True)
@requires(Permission.MONEY_ACT)
def retry_waiting_money(deliverable_id: str) -> dict[str, Any]:
    """Send the due shares of one deliverable again; what moves or has arrived is left alone."""
    retry_money(db.session, actor=current_actor(), deliverable_id=deliverable_id, now=now())
    return room_of_deliverable(deliverable_id)


@blueprint.read("/claims", answer=ClaimPageSchema, query=OpenQuery)
@requires(Permission.MONEY_CASES_VIEW)
def list_claims(query: dict[str, Any]) -> dict[str, Any]:
    """List what influencers owe back, or the claims that are closed; the 100 newest. There is no second page."""
    return _page([_claim(each) for each in list_claw_backs(db.session, is_open=query["is_open"], limit=MOST)])


@blueprint.read(CLAIM, answer=ClaimSchema)
@requires(Permission.MONEY_CASES_VIEW)
def show_claim(claim_id: str) -> dict[str, Any]:
    """Show an open claim against an influencer and how far it got."""
    return _claim(claims.get_claim(db.session, claw_back_id=claim_id))


@blueprint.write(f"{CLAIM}/recover", answer=ClaimSchema, is_money=True)
@requires(Permission.MONEY_ACT)
def recover_claim(claim_id: str) -> dict[str, Any]:
    """Try once more to recover what is outstanding, as far as the money is there."""
    claims.get_claim(db.session, claw_back_id=claim_id)
    claims.recover_again(db.session, actor=current_actor(), claw_back_id=claim_id, now=now())
    return _claim(claims.get_claim(db.session, claw_back_id=claim_id))


def _claim(claim: ClawBackView) -> dict[str, Any]:
    return {
        **plain(claim),
        "id": claim.claw_back_id,
        "booking_id": claim.booking_ref,
        "deliverable_id": claim.part_ref,
        "influencer_id": claim.payee_ref,
        "amount": {"amount_minor": claim.amount_minor, "currency": claim.currency},
        "page_url": _page_url("billing.claims_list"),
    }


@blueprint.read("/chargebacks", answer=ChargebackLinePageSchema, query=OpenQuery)
@requires(Permission.MONEY_CASES_VIEW)
def list_disputed_payments(query: dict[str, Any]) -> dict[str, Any]:
    """List open chargebacks by their deadline, or closed ones newest first; at most 100. There is no second page."""
    rows = list_chargebacks(db.session, is_open=query["is_open"], limit=MOST)
    return _page([_chargeback(each) for each in rows])


@blueprint.read(CHARGEBACK, answer=ChargebackSchema)
@requires(Permission.MONEY_CASES_VIEW)
def show_chargeback(chargeback_id: str) -> dict[str, Any]:
    """Show a chargeback with the evidence that would be handed in."""
    return _with_evidence(chargeback_id)


def _with_evidence(chargeback_id: str) -> dict[str, Any]:
    found = get_chargeback(db.session, chargeback_ref=chargeback_id)
    evidence = (
        assemble_evidence(db.session, actor=current_actor(), booking_id=found.booking_ref, now=now())
        if found.booking_ref is not None
        else {}
    )
    return {**_chargeback(found), "evidence": evidence}


@blueprint.write(f"{CHARGEBACK}/evidence", answer=ChargebackSchema, is_money=True)
@requires(Permission.MONEY_ACT)
def submit_chargeback_evidence(chargeback_id: str) -> dict[str, Any]:
    """Hand in what the booking's record says, once; the card network decides."""
    submit_evidence(db.session, actor=current_actor(), chargeback_ref=chargeback_id, now=now())
    return _with_evidence(chargeback_id)


def _chargeback(found: ChargebackView) -> dict[str, Any]:
    return {
        **plain(found),
        "id": found.chargeback_ref,
        "booking_id": found.booking_ref,
        "amount": {"amount_minor": found.amount_minor, "currency": found.currency},
        "reason_text": str(chargeback_reason(found.reason)),
    }
