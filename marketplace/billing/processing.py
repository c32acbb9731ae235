"""Running the money machinery: operations, the webhook inbox, polling, payouts, reconciliation. No transaction is ours."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.orm import Session

from marketplace.billing.sink import OutboxSink
from marketplace.billing.webhook_secrets import valid_secrets
from marketplace.db import transaction
from marketplace.ids import new_id
from marketplace.quotes.policy_records import policy_at
from marketplace.services import Services
from payments.adoption import adopt_effects
from payments.adoption_report import AdoptionReport
from payments.errors import PaymentError
from payments.executor import OperationOutcome, run_due_operations, run_operation
from payments.inbox import receive_webhook, run_inbox
from payments.payout_operations import plan_payout
from payments.policy import DEFAULT_POLICY, OperationPolicy
from payments.poller import poll
from payments.ports import WebhookRejected
from payments.statements import list_payable, list_payouts

log = structlog.get_logger("billing")
SINK = OutboxSink()
PAYOUT_HOUR = 9
SIGNATURE = "Stripe-Signature"


def policy_of(services: Services) -> OperationPolicy:
    """Return the timings of operations; on a restored database everything is looked up before it is sent."""
    return replace(DEFAULT_POLICY, is_restored=services.settings.payments_restored)


def run_now(services: Services, operation_id: str) -> OperationOutcome:
    """Carry one planned operation out now, through the same claim, call and settle as the worker."""
    return run_operation(
        services.sessions,
        operation_id=operation_id,
        gateway=services.inline_gateway or services.gateway,
        sink=SINK,
        clock=services.clock,
        ids=new_id,
        policy=policy_of(services),
    )


def run_money(services: Services, _now: datetime) -> None:
    """Carry out what is due and handle what the provider told."""
    run_due_operations(
        services.sessions,
        gateway=services.gateway,
        sink=SINK,
        clock=services.clock,
        ids=new_id,
        policy=policy_of(services),
    )
    run_inbox(services.sessions, gateway=services.gateway, sink=SINK, clock=services.clock)


def poll_provider(services: Services, _now: datetime) -> None:
    """Ask about everything whose answer is overdue: no webhook is needed for the truth."""
    report = poll(
        services.sessions,
        gateway=services.gateway,
        sink=SINK,
        clock=services.clock,
        ids=new_id,
        policy=policy_of(services),
    )
    for problem in report.problems:
        log.warning("poll_problem", subject=problem)


def adopt_since(services: Services, since: datetime) -> AdoptionReport:
    """Take up what the provider did since then and a restored database has forgotten; sends nothing."""
    return adopt_effects(
        services.sessions, gateway=services.gateway, sink=SINK, clock=services.clock, since=since
    )


def start_payouts(services: Services, now: datetime) -> None:
    """Plan the payouts of what arrived before this business day, once a day; one that is refused stops no other."""
    if not is_payout_time(now):
        return
    calendar = policy_at(now).calendar
    today = calendar.start_of_day(calendar.local_date(now))
    with transaction(services.sessions) as session:
        due = list_payable(session, now=now, arrived_before=today)
    for payee_ref, currency, amount_minor in due:
        try:
            with transaction(services.sessions) as session:
                if not _was_paid_today(session, payee_ref, currency, now):
                    plan_payout(
                        session, payee_ref=payee_ref, currency=currency, now=now, amount_minor=amount_minor
                    )
        except PaymentError as error:
            log.info("payout_not_started", payee=payee_ref, code=error.code)


def is_payout_time(now: datetime) -> bool:
    """Tell whether payouts start now: on a business day of the calendar in force, from 9 o'clock of its zone on."""
    calendar = policy_at(now).calendar
    local = now.astimezone(ZoneInfo(calendar.zone))
    return calendar.is_business_day(local.date()) and local.hour >= PAYOUT_HOUR


def payout_day(now: datetime) -> date:
    """Return the day on which what lies in a payout account now leaves for the bank at the latest."""
    calendar = policy_at(now).calendar
    local = now.astimezone(ZoneInfo(calendar.zone))
    day = local.date() + timedelta(days=local.hour >= PAYOUT_HOUR)
    while not calendar.is_business_day(day):
        day += timedelta(days=1)
    return day


def _was_paid_today(session: Session, payee_ref: str, currency: str, now: datetime) -> bool:
    calendar = policy_at(now).calendar
    return any(
        each.currency == currency and calendar.local_date(each.created_at) == calendar.local_date(now)
        for each in list_payouts(session, payee_ref=payee_ref)
    )


def take_webhook(services: Services, *, endpoint: str, payload: bytes, signature: str) -> str:
    """Verify and store one message of the provider; returns its id. Raises WebhookRejected."""
    now = services.clock()
    with transaction(services.sessions) as session:
        received = receive_webhook(
            session,
            endpoint=endpoint,
            payload=payload,
            signature=signature,
            secrets=valid_secrets(services.settings, endpoint, now),
            gateway=services.gateway,
            now=now,
        )
    if received.is_altered:
        log.error("webhook_altered", webhook=received.event_id, type=received.event_type)
    return received.event_id


RUN_EVERY = timedelta(seconds=1)
POLL_EVERY = timedelta(minutes=5)
PAYOUT_EVERY = timedelta(hours=1)

__all__ = [
    "PAYOUT_EVERY",
    "POLL_EVERY",
    "RUN_EVERY",
    "SIGNATURE",
    "WebhookRejected",
    "poll_provider",
    "run_money",
    "run_now",
    "start_payouts",
    "take_webhook",
]
