"""Finds what no message told: operations that are due, pages that ended, accounts and effects that changed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy.orm import Session, sessionmaker

from payments import account_differences, chargebacks, set_off, watchlists, webhooks
from payments.account_changes import settle_account
from payments.errors import PaymentError
from payments.executor import OperationOutcome, run_due_operations
from payments.funding import settle_payment
from payments.policy import DEFAULT_POLICY, OperationPolicy
from payments.ports import (
    RETURNED_REFUND_LINE,
    ChargebackState,
    Clock,
    EventSink,
    IdFactory,
    PaymentGateway,
)
from payments.runtime import Runtime, Settle

log = structlog.get_logger("payments")
NEWS_OF = timedelta(days=30)

Subjects = list[tuple[str, Callable[[], Settle]]]


@dataclass(frozen=True, slots=True)
class PollReport:
    """What one round did; `problems` are subjects that could not be read now and come again in the next round."""

    operations: tuple[OperationOutcome, ...]
    read: tuple[str, ...]
    problems: tuple[str, ...]


def poll(
    make_session: sessionmaker[Session],
    *,
    gateway: PaymentGateway,
    sink: EventSink,
    clock: Clock,
    ids: IdFactory,
    policy: OperationPolicy = DEFAULT_POLICY,
) -> PollReport:
    """Run one round over everything unfinished; safe beside workers, webhooks and other pollers."""
    runtime = Runtime(make_session, gateway, sink, clock, policy)
    read: list[str] = []
    problems: list[str] = []
    for name, reader in (*_list_subjects(runtime), *_list_news(runtime, problems)):
        try:
            runtime.settle(reader())
        except PaymentError as error:
            problems.append(f"{name}: {error.code}")
        except Exception as error:
            log.warning("poll_subject_failed", subject=name, exc_info=error)
            problems.append(f"{name}: {type(error).__name__}")
        else:
            read.append(name)
    runtime.settle(watchlists.expire_unpaid)
    runtime.settle(watchlists.start_owed_releases)
    for payee_ref in runtime.transact(lambda session: set_off.list_debtors(session, now=runtime.clock())):
        runtime.settle(partial(_recover_from, payee_ref))
    outcomes = run_due_operations(
        make_session, gateway=gateway, sink=sink, clock=clock, ids=ids, policy=policy
    )
    return PollReport(tuple(outcomes), tuple(read), tuple(problems))


def _recover_from(payee_ref: str, session: Session, now: datetime) -> webhooks.Events:
    return set_off.recover_from(session, payee_ref=payee_ref, now=now)


def _list_subjects(runtime: Runtime) -> Subjects:
    gateway, policy, now = runtime.gateway, runtime.policy, runtime.clock()

    def list_all(session: Session) -> Subjects:
        return [
            *(
                (
                    f"checkout {each.gateway_session_id}",
                    _in_turn(runtime, each.gateway_session_id, _page_reader(gateway, each)),
                )
                for each in watchlists.list_open_checkouts(session, now=now, policy=policy)
            ),
            *(
                subject
                for each in watchlists.list_accounts(session, now=now, policy=policy)
                for subject in (
                    (f"account {each}", _in_turn(runtime, each, _account_reader(gateway, each, policy))),
                    (f"balance of {each}", _balance_reader(runtime, each)),
                )
            ),
            *(
                (
                    f"{each.kind} {each.gateway_id}",
                    _in_turn(runtime, each.gateway_id, _effect_reader(gateway, each)),
                )
                for each in watchlists.list_unfinished_effects(session, now=now)
            ),
            *(
                (f"payment {each}", _payment_reader(gateway, each))
                for each in watchlists.list_payments_without_fee(session, now=now, policy=policy)
            ),
        ]

    return runtime.transact(list_all)


def _list_news(runtime: Runtime, problems: list[str]) -> Subjects:
    """Ask the provider what became of chargebacks, and what happened in the last days that nothing of ours waits for."""
    found: Subjects = []
    for name, list_found in (("chargebacks", _list_chargebacks), ("returns", _list_new_returns)):
        try:
            found += list_found(runtime, runtime.clock() - NEWS_OF)
        except PaymentError as error:
            problems.append(f"{name}: {error.code}")
        except Exception as error:
            log.warning("poll_news_failed", subject=name, exc_info=error)
            problems.append(f"{name}: {type(error).__name__}")
    return found


def _list_chargebacks(runtime: Runtime, since: datetime) -> Subjects:
    """List disputes that are recorded nowhere, or that we still count as open.

    Those of the last days come a hundred in a call, as they are now; only what is older is read one by one.
    """
    listed = {each.gateway_dispute_id: each for each in runtime.gateway.list_chargebacks(since=since)}
    unsettled = runtime.transact(watchlists.list_open_chargebacks)
    known = runtime.transact(lambda session: watchlists.list_known_chargebacks(session, list(listed)))
    news = [state for each, state in listed.items() if each in unsettled or each not in known]
    older = sorted(unsettled - listed.keys())
    return [
        *((f"chargeback {each.gateway_dispute_id}", _listed_chargeback(each)) for each in news),
        *((f"chargeback {each}", _chargeback_reader(runtime.gateway, each)) for each in older),
    ]


def _list_new_returns(runtime: Runtime, since: datetime) -> Subjects:
    """List refunds that came back, however long ago they were made: a bank names no last day."""
    lines = runtime.gateway.list_balance_lines(since=since, kind=RETURNED_REFUND_LINE)
    found = [line.source_id for line in lines if line.source_id]
    unheard = runtime.transact(lambda session: watchlists.list_unheard_returns(session, found))
    return [(f"{each.kind} {each.gateway_id}", _effect_reader(runtime.gateway, each)) for each in unheard]


def _in_turn(runtime: Runtime, gateway_id: str, read: Callable[[], Settle]) -> Callable[[], Settle]:
    """Read, and let others go first in the next round where that fails: a round has room for so many."""

    def read_in_turn() -> Settle:
        try:
            return read()
        except Exception:
            runtime.transact(
                lambda session: watchlists.let_others_go_first(session, gateway_id, runtime.clock())
            )
            raise

    return read_in_turn


def _page_reader(gateway: PaymentGateway, page: watchlists.OpenCheckout) -> Callable[[], Settle]:
    def read() -> Settle:
        if page.is_to_be_closed:
            gateway.expire_checkout(page.gateway_session_id)
        return webhooks.read_checkout(gateway, page.gateway_session_id)

    return read


def _account_reader(
    gateway: PaymentGateway, gateway_account_id: str, policy: OperationPolicy
) -> Callable[[], Settle]:
    def read() -> Settle:
        state = gateway.retrieve_account(gateway_account_id)
        return lambda session, now: settle_account(session, state=state, now=now, policy=policy)

    return read


def _balance_reader(runtime: Runtime, gateway_account_id: str) -> Callable[[], Settle]:
    """Read what an account holds; not while something moves, nor where nothing ever arrived."""

    def read() -> Settle:
        before = runtime.transact(
            lambda session: account_differences.booked_in(session, gateway_account_id=gateway_account_id)
        )
        if not before:
            return lambda _session, _now: []
        provider = runtime.gateway.retrieve_balance(gateway_account_id=gateway_account_id)

        def settle(session: Session, now: datetime) -> webhooks.Events:
            new = account_differences.note_balance(
                session,
                gateway_account_id=gateway_account_id,
                provider=provider,
                booked_before=before,
                now=now,
            )
            for each in new:
                log.error(
                    "account_balance_differs",
                    payee=each.payee_ref,
                    currency=each.currency,
                    provider_minor=each.provider_minor,
                    booked_minor=each.booked_minor,
                )
            return []

        return settle

    return read


def _effect_reader(gateway: PaymentGateway, wanted: watchlists.UnfinishedEffect) -> Callable[[], Settle]:
    def read() -> Settle:
        effect = gateway.retrieve_effect(
            wanted.kind, wanted.gateway_id, gateway_account_id=wanted.gateway_account_id
        )

        def settle(session: Session, now: datetime) -> webhooks.Events:
            happened = webhooks.settle_effect(session, effect=effect, now=now)
            watchlists.look_again_tomorrow(session, wanted.gateway_id, now)
            return happened

        return settle

    return read


def _payment_reader(gateway: PaymentGateway, gateway_payment_id: str) -> Callable[[], Settle]:
    def read() -> Settle:
        payment = gateway.retrieve_payment(gateway_payment_id)
        return lambda session, now: settle_payment(session, payment=payment, now=now)

    return read


def _listed_chargeback(state: ChargebackState) -> Callable[[], Settle]:
    return lambda: lambda session, now: chargebacks.settle_chargeback(session, state=state, now=now)


def _chargeback_reader(gateway: PaymentGateway, gateway_dispute_id: str) -> Callable[[], Settle]:
    def read() -> Settle:
        state = gateway.retrieve_chargeback(gateway_dispute_id)
        return lambda session, now: chargebacks.settle_chargeback(session, state=state, now=now)

    return read
