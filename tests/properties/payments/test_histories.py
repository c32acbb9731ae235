"""Random histories over the real ledger, the real adapter and the sandbox: after every step the books are explained.

Answers are lost, doubled and refused, messages dropped, repeated and reordered, chargebacks come at any moment.
"""

import shutil
import tempfile
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import create_engine, event
from sqlalchemy.orm import sessionmaker

from marketplace.db import prepare_engine
from payments import operations, payout_operations, reconciliation
from payments.errors import PaymentError
from payments.models import PaymentsBase
from payments.sandbox.errors import ApiError
from payments.sandbox.faults import Fault, FaultKind
from payments.settlement import refuse_operation
from payments.statuses import OperationState
from payments.verification import verify_ledger
from tests.builders.payments.desk import Desk
from tests.builders.payments.post_rulings import PostRulings
from tests.clock import START, FrozenClock
from tests.kept_statements import keep_statements

pytestmark = pytest.mark.slow

BOOKINGS = st.sampled_from(["b1", "b2", "b3"])
PARTS = st.sampled_from(["d1", "d2"])
#: what posts are about: of `b3` one share arrived and the other one waits for a person
POSTS = st.sampled_from([("b3", "d2"), ("b3", "d1"), ("b1", "d1")])
SHARES = st.sampled_from([3_333, 0, 10_000])
PATHS = st.sampled_from(
    [
        "/v1/transfers",
        "/v1/refunds",
        "/v1/checkout/sessions",
        "/v1/accounts",
        "/v1/accounts/*/payouts",
        "/v1/payouts",
        "*",
    ]
)
#: Three hours after the last step; what is answered by the provider alone may need several rounds, one after the other.
REST_MINUTES = (15, 15, 15, 45, 45, 45)
KINDS = st.sampled_from(
    [kind for kind in FaultKind if kind not in {FaultKind.DELAY, FaultKind.DEACTIVATE_TRANSFERS}]
)


def open_desk(folder):
    """A desk over the two databases of a folder; SQLAlchemy compiles its statements once a process."""
    engine = keep_statements(prepare_engine(create_engine(f"sqlite:///{folder / 'athar.sqlite3'}")))
    return engine, Desk(sessionmaker(engine), folder, FrozenClock())


@cache
def begun():
    """A folder with what every history begins with: an account, a paid booking, one to be paid and one nearly over."""
    folder = tempfile.TemporaryDirectory()
    engine, desk = open_desk(Path(folder.name))
    PaymentsBase.metadata.create_all(engine)
    desk.onboard()
    desk.fund("b1")
    desk.open("b2")
    desk.fund("b3")
    desk.run(desk.release(booking_ref="b3").release_operation_id)
    waiting = desk.release("d2", booking_ref="b3").release_operation_id
    desk.write(refuse_operation, operation_id=waiting, code="account_closed", message="", now=desk.clock())
    desk.hear()
    desk.sandbox.close()
    engine.dispose()
    return folder


class Histories(RuleBasedStateMachine):
    @initialize()
    def start(self):
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name)
        for name in ("athar.sqlite3", "sandbox.sqlite3"):
            shutil.copyfile(Path(begun().name) / name, path / name)
        self.engine, self.desk = open_desk(path)
        self.posts = PostRulings(self.desk)
        self.is_changed = True
        event.listen(self.engine, "before_cursor_execute", self.note_change)
        self.messages = []

    def teardown(self):
        if not hasattr(self, "desk"):
            return
        self.come_to_rest()
        self.desk.sandbox.close()
        self.engine.dispose()
        self.folder.cleanup()

    def note_change(self, _connection, _cursor, statement, *_rest):
        self.is_changed = self.is_changed or statement.startswith(("INSERT", "UPDATE", "DELETE"))

    def attempt(self, work, *arguments, **named):
        """Do what may be refused in this state; nothing else may go wrong."""
        try:
            return work(*arguments, **named)
        except (PaymentError, ApiError):
            return None

    @rule(booking=BOOKINGS)
    def pay(self, booking):
        def pay_page():
            operation_id = self.plan_checkout(booking)
            self.desk.run(operation_id)
            self.desk.sandbox.pay_checkout(self.desk.session_id(operation_id))

        self.attempt(pay_page)

    def plan_checkout(self, booking):
        return self.desk.write(
            operations.plan_checkout,
            booking_ref=booking,
            title="t",
            success_url="http://a.test/",
            cancel_url="http://a.test/",
            pay_before=self.desk.clock() + timedelta(hours=40),
            now=self.desk.clock(),
        )

    @rule(booking=BOOKINGS)
    def cancel(self, booking):
        self.attempt(self.desk.write, operations.cancel_escrow, booking_ref=booking, now=self.desk.clock())

    @rule(booking=BOOKINGS, part=PARTS, share=st.sampled_from([0, 1, 1_000, 3_333, 10_000]))
    def decide(self, booking, part, share):
        self.attempt(self.desk.release, part, booking_ref=booking, share_bps=share)

    @rule(
        booking=BOOKINGS,
        part=PARTS,
        share=st.sampled_from([0, 5_000, 10_000]),
        kind=KINDS,
        again=st.booleans(),
    )
    def decide_and_fail(self, booking, part, share, kind, again):
        decision = self.attempt(self.desk.release, part, booking_ref=booking, share_bps=share)
        for operation_id in decision.operation_ids if decision is not None else ():
            self.desk.sandbox.faults.add(Fault(kind=kind))
            self.desk.run(operation_id)
            if again:
                self.desk.run(operation_id)

    @rule(country=st.sampled_from(["SA", "KP"]))
    def make_account(self, country):
        self.attempt(self.desk.onboard, country=country)

    @rule(is_active=st.booleans())
    def switch_account(self, is_active):
        self.attempt(lambda: self.desk.sandbox.set_transfers(self.desk.account_id(), is_active=is_active))

    @rule()
    def pay_out(self):
        self.attempt(
            self.desk.write,
            payout_operations.plan_payout,
            payee_ref="inf1",
            currency="SAR",
            now=self.desk.clock(),
        )

    @rule(kind=KINDS, path=PATHS)
    def break_something(self, kind, path):
        self.desk.sandbox.faults.add(Fault(kind=kind, path=path))

    @rule()
    def work(self):
        self.desk.run_due()

    @rule()
    def poll(self):
        self.desk.poll()

    @rule(minutes=st.sampled_from([1, 12, 60, 60 * 30]))
    def wait(self, minutes):
        self.desk.clock.advance(minutes=minutes)
        self.desk.sandbox.advance()

    @rule(data=st.data())
    def hear_some(self, data):
        self.messages += [message for message in self.desk.take_webhooks() if data.draw(st.booleans())]
        for message in data.draw(st.permutations(self.messages)) if self.messages else []:
            self.attempt(self.desk.receive, *message)
        self.desk.run_inbox()

    @rule(booking=BOOKINGS, amount=st.sampled_from([None, 1_000, 500_000]))
    def dispute(self, booking, amount):
        charge = self.desk.charge_of(booking)
        if charge is not None:
            self.attempt(self.desk.sandbox.open_dispute, charge, amount_minor=amount)

    @rule(is_won=st.booleans(), at=st.integers(0, 3))
    def rule_on_dispute(self, is_won, at):
        found = self.desk.disputes()
        if found:
            self.attempt(self.desk.sandbox.close_dispute, found[at % len(found)]["id"], is_won=is_won)

    @rule(place=POSTS, share=SHARES)
    def rule_on_post(self, place, share):
        self.attempt(self.posts.rule, *place, share)

    @rule(place=POSTS)
    def send_owed(self, place):
        """Order what waits to be sent, as an operator may; what a ruling holds stays."""
        booking, part = place
        order = {"booking_ref": booking, "part_ref": part, "now": self.desk.clock()}
        self.attempt(self.desk.write, operations.retry_part, **order)

    @precondition(lambda self: self.posts.open)
    @rule(at=st.integers(0, 2), appeal=st.sampled_from([None, 0, 3_333, 10_000]))
    def end_ruling(self, at, appeal):
        """Let a ruling stand, or the one on its appeal take its place."""
        places = sorted(self.posts.open)
        place = places[at % len(places)]
        self.attempt(self.posts.carry_out, *place, self.posts.open[place] if appeal is None else appeal)

    @rule(amount=st.sampled_from([20_000, 1, 100_000]), is_for_payer=st.sampled_from([True, True, False]))
    def claim_back(self, amount, is_for_payer):
        self.attempt(self.posts.claim, "b3", "d1", amount, is_for_payer=is_for_payer)

    @rule(is_given_up=st.booleans())
    def chase_claims(self, is_given_up):
        self.attempt(self.posts.chase, is_given_up=is_given_up)

    @rule(part=st.sampled_from(["d1", "d2"]), is_earned=st.sampled_from([True, True, False]))
    def earn(self, part, is_earned):
        self.attempt(self.posts.earn, "b3", part, is_earned=is_earned)

    @rule()
    def pay_by_hand(self):
        self.attempt(self.posts.pay_by_hand)

    @rule(at=st.integers(0, 3))
    def bounce_refund(self, at):
        found = self.desk.refunds()
        if found:
            self.attempt(self.desk.sandbox.fail_refund, found[at % len(found)]["id"])

    @invariant()
    def books_are_explained(self):
        if hasattr(self, "desk") and self.is_changed:  # a step that wrote nothing left them as they were
            self.is_changed = False
            report = self.desk.write(verify_ledger)
            assert [problem for problem in report.problems if problem.code != "suspense_open"] == []
            self.posts.check()

    def come_to_rest(self):
        """Repair everything, let time pass, and hold our books against the provider's."""
        self.desk.sandbox.faults.clear()
        self.desk.clock.advance(hours=25)
        for minutes in REST_MINUTES:
            self.desk.clock.advance(minutes=minutes)
            self.desk.sandbox.advance()
            for place, share in sorted(self.posts.open.items()):
                self.attempt(self.posts.carry_out, *place, share)
            self.desk.hear()
            self.desk.poll()
        report = self.desk.write(verify_ledger)
        assert [problem for problem in report.problems if problem.code != "suspense_open"] == []
        stuck = self.desk.operations_in(OperationState.SENT, OperationState.UNKNOWN, OperationState.HALTED)
        assert stuck == []
        self.posts.check()
        self.posts.check_rest()
        compared = reconciliation.reconcile(
            self.desk.make_session, gateway=self.desk.gateway, clock=self.desk.clock, since=START
        )
        assert compared.breaks == ()
        assert [each for each in compared.balances if each.provider_minor != each.booked_minor] == []
        self.each_operation_has_one_effect()

    def each_operation_has_one_effect(self):
        made = [each["metadata"].get("op") for each in (*self.desk.transfers(), *self.desk.refunds())]
        assert len(made) == len(set(made))


Histories.TestCase.settings = settings(
    max_examples=15,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestHistories = Histories.TestCase
