"""Several real processes at one held payment, and processes killed at every point of the protocol."""

from datetime import timedelta

import pytest

from payments import operations, payout_operations
from payments.escrow import PartStatus
from payments.settlement import refuse_operation
from payments.verification import verify_ledger
from tests.forks import FORKS
from tests.integration.payments import processes

#: for a defence that only PostgreSQL needs: SQLite turns a writer away that looked before others committed
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
POINTS = ("before_call", "after_effect", "inside_settle")


def place(desk, tmp_path):
    url = desk.make_session.kw["bind"].url.render_as_string(hide_password=False)
    return url, str(tmp_path), desk.clock()


def race(tasks):
    """Start (function, arguments) pairs together and return what each put into the queue."""
    barrier, answers = FORKS.Barrier(len(tasks)), FORKS.Queue()
    children = [
        FORKS.Process(target=task, args=(*arguments[:3], barrier, answers, *arguments[3:]))
        for task, *arguments in tasks
    ]
    for child in children:
        child.start()
    found = [answers.get(timeout=120) for _ in children]
    for child in children:
        child.join(timeout=120)
    assert [child.exitcode for child in children] == [0] * len(children)
    return sorted(map(str, found))


@pytest.mark.slow
class TestRaces:
    def test_of_eight_approvals_give_one_release(self, desk, tmp_path):
        desk.begin("onboard", "fund")
        found = race([(processes.approve, *place(desk, tmp_path), 10_000)] * 8)
        desk.run_due()
        assert found == ["already"] * 7 + ["new"]
        assert [transfer["amount"] for transfer in desk.transfers()] == [100_000]
        assert desk.write(verify_ledger).is_sound

    def test_of_approvals_and_refunds_are_won_by_one(self, desk, tmp_path):
        desk.begin("onboard", "fund")
        there = place(desk, tmp_path)
        found = race([(processes.approve, *there, 10_000)] * 3 + [(processes.refund, *there)] * 3)
        desk.run_due()
        assert found.count("part_already_decided") == 3
        assert len(desk.transfers()) + len(desk.refunds()) == 1
        assert desk.write(verify_ledger).is_sound

    def test_of_workers_send_each_operation_once(self, desk, tmp_path):
        desk.begin("onboard")
        for number in range(4):
            desk.fund(f"w{number}")
            desk.release("d1", booking_ref=f"w{number}", share_bps=5_000)
        found = race([(processes.pay_out_everything, *place(desk, tmp_path))] * 4)
        desk.clock.advance(minutes=5)
        desk.run_due()
        assert sum(map(int, found)) == 8
        assert (len(desk.transfers()), len(desk.refunds())) == (4, 4)
        assert desk.write(verify_ledger).is_sound


@pytest.mark.slow
class TestRulingsOnPosts:
    """A ruling about a post against the payout of its share; `is_unlocked` is the mutant, which must be noticed."""

    def test_divide_what_waits_or_let_it_go_whole(self, desk, tmp_path):
        self.rule_while_it_is_sent(desk, tmp_path, is_unlocked=False)

    @ON_POSTGRESQL
    def test_without_locks_are_noticed(self, desk, tmp_path):
        with pytest.raises(AssertionError):
            self.rule_while_it_is_sent(desk, tmp_path, is_unlocked=True)

    def rule_while_it_is_sent(self, desk, tmp_path, *, is_unlocked):
        desk.begin("onboard", "fund")
        waiting = desk.release().release_operation_id
        desk.write(
            refuse_operation, operation_id=waiting, code="account_closed", message="", now=desk.clock()
        )
        there = (*place(desk, tmp_path), is_unlocked)
        found = race([(processes.rule_on_post, *there)] * 4 + [(processes.send_owed, *there)] * 4)
        for _round in range(3):
            desk.run_due()
        is_ruled = "ruled" in found
        assert found.count("ruled") <= 1, found
        assert set(found) <= {"ruled", "sent", "part_not_owed"}, found
        assert [each["amount"] for each in desk.transfers()] == [40_000 if is_ruled else 100_000]
        assert [each["amount"] for each in desk.refunds()] == ([66_900] if is_ruled else [])
        assert desk.write(verify_ledger).is_sound

    def test_take_back_or_leave_to_the_bank_what_arrived(self, desk, tmp_path):
        self.take_while_it_is_paid_out(desk, tmp_path, is_unlocked=False)

    @ON_POSTGRESQL
    def test_of_one_account_without_locks_are_noticed(self, desk, tmp_path):
        with pytest.raises(AssertionError):
            self.take_while_it_is_paid_out(desk, tmp_path, is_unlocked=True)

    def take_while_it_is_paid_out(self, desk, tmp_path, *, is_unlocked):
        """One balance of 200,000 of two bookings, two rulings and two payouts that each want of it."""
        desk.begin("onboard")
        for booking_ref in ("b1", "b2"):
            desk.fund(booking_ref)
            desk.run(desk.release(booking_ref=booking_ref).release_operation_id)
        desk.clock.advance(days=4)
        there = place(desk, tmp_path)
        claims = [(processes.claim_back, *there, ref, is_unlocked) for ref in ("b1", "b2", "b1", "b2")]
        found = race([*claims, *[(processes.pay_out, *there, is_unlocked)] * 4])
        report = desk.write(verify_ledger)
        assert report.is_sound, report.problems
        assert desk.balance("custody:balance:inf1") >= 0
        assert found.count("claimed") == 2, found
        for _round in range(3):
            desk.run_due()
        taken, fees = sum(each["amount"] for each in desk.refunds()), 2 * 11_500  # the platform's own money
        assert taken + desk.balance("custody:bank:inf1") == 200_000 + fees
        assert desk.write(verify_ledger).is_sound


@pytest.mark.slow
class TestKill:
    @pytest.mark.parametrize("point", POINTS)
    @pytest.mark.parametrize("kind", ["release", "refund", "payout", "checkout"])
    def test_leaves_exactly_one_effect(self, desk, tmp_path, kind, point):
        operation_id = getattr(self, f"plan_{kind}")(desk)
        url, folder, now = place(desk, tmp_path)
        child = FORKS.Process(target=processes.run_and_die, args=(url, folder, now, operation_id, point))
        child.start()
        child.join(timeout=60)
        assert child.exitcode == -9
        desk.clock.advance(minutes=2)
        assert [outcome.operation_id for outcome in desk.run_due()] == [operation_id]
        assert getattr(self, f"count_{kind}")(desk) == 1
        assert desk.write(verify_ledger).is_sound

    def plan_release(self, desk):
        desk.begin("onboard", "fund")
        return desk.release().release_operation_id

    def count_release(self, desk):
        assert desk.escrow().parts[0].status is PartStatus.RELEASED
        return len(desk.transfers())

    def plan_refund(self, desk):
        desk.begin("fund")
        return desk.release("d1", share_bps=0).refund_operation_id

    def count_refund(self, desk):
        assert desk.escrow().parts[0].status is PartStatus.REFUNDED
        return len(desk.refunds())

    def plan_payout(self, desk):
        desk.run(self.plan_release(desk))
        desk.clock.advance(days=4)
        return desk.write(payout_operations.plan_payout, payee_ref="inf1", currency="SAR", now=desk.clock())

    def count_payout(self, desk):
        assert desk.balance("custody:bank:inf1") == 100_000
        options = {"stripe_account": desk.account_id()}
        return len(desk.gateway._client.v1.payouts.list({}, options).to_dict()["data"])

    def plan_checkout(self, desk):
        desk.open()
        return desk.write(
            operations.plan_checkout,
            booking_ref="b1",
            title="Post",
            success_url="http://app.test/done",
            cancel_url="http://app.test/back",
            pay_before=desk.clock() + timedelta(hours=40),
            now=desk.clock(),
        )

    def count_checkout(self, desk):
        return len(desk.gateway._client.v1.checkout.sessions.list().to_dict()["data"])
