"""Random histories of a post: reported, shown, denied, found, ruled by two, appealed, claimed back, charged back, before and
after its share was paid. Bookings, payments and the sandbox are real; after every step the books are explained.
"""

import shutil
import tempfile
from collections import defaultdict
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import create_engine, select
from sqlalchemy.orm import sessionmaker

from marketplace.approvals.models import ApprovalRequest
from marketplace.approvals.operations import approve_act
from marketplace.approved_acts import CARRIERS
from marketplace.billing.sink import OutboxSink
from marketplace.bookings import operations as bookings
from marketplace.bookings.contest_stages import is_arrived, is_open_about_post, stage_of
from marketplace.bookings.models import Booking, Contest, Deliverable, Timer
from marketplace.bookings.reactions import REACTIONS
from marketplace.bookings.rulings import RulingInput
from marketplace.db import prepare_engine, transaction
from marketplace.disputes.operations import decide_contest
from marketplace.documents.models import Document
from marketplace.documents.reactions import REACTIONS as DOCUMENTS
from marketplace.errors import MarketplaceError
from marketplace.outbox.models import OutboxRow
from marketplace.settings import Settings
from marketplace.worker import Worker
from payments import operations, reconciliation
from payments.errors import PaymentError
from payments.models import ClawBack, Escrow, EscrowPartRow
from payments.planning import HELD
from payments.sandbox.errors import ApiError
from payments.statuses import OperationState
from payments.verification import verify_ledger
from tests.builders.bookings import Stage, build_booking, deliverables_of, publish, submit
from tests.builders.payments.desk import Desk
from tests.builders.people import build_operator
from tests.clock import START, FrozenClock
from tests.databases import migrated_database
from tests.kept_statements import keep_statements

WHOLE = 10_000
SIDES = st.sampled_from(["brand", "influencer"])
VERDICTS = st.sampled_from(["not_met", "not_met", "met"])


class Market:
    """Payments, clocks and the worker of one booking, over the two databases of a folder."""

    def __init__(self, folder, url):
        self.engine = keep_statements(prepare_engine(create_engine(url)))
        self.sessions = sessionmaker(self.engine, expire_on_commit=False)
        self.desk = Desk(self.sessions, folder, FrozenClock())
        self.desk.sink = OutboxSink()
        services = SimpleNamespace(
            sessions=self.sessions,
            clock=self.desk.clock,
            nudge=lambda _rows: None,
            settings=Settings(home=folder),
        )
        handlers = defaultdict(tuple)
        for name, each in (*REACTIONS.items(), *DOCUMENTS.items()):
            handlers[name] += (each,)
        self.worker = Worker(services, handlers=dict(handlers))

    def write(self, work):
        with transaction(self.sessions) as session:
            return work(session)

    def work(self):
        """Let everything happen that happens by itself: operations, messages, news, clocks."""
        self.desk.run_due()
        self.desk.hear()
        self.worker.settle()
        bookings.run_due_timers(self.sessions, now=self.desk.clock())
        self.worker.settle()

    def close(self):
        self.desk.sandbox.close()
        self.engine.dispose()


@cache
def begun():
    """A folder with a booking whose post is confirmed and paid, and whose next post is confirmed and its share owed."""
    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name)
    with migrated_database("sqlite", path) as url:
        market = Market(path, url)
        deals = [market.write(partial(build_booking, stage=Stage.ACCEPTED)) for _each in range(2)]
        operators = market.write(
            lambda session: [build_operator(session, role="senior").actor for _n in range(4)]
        )
        for deal in deals:
            market.desk.clock.advance(minutes=1)
            market.desk.sandbox.pay_checkout(page_of(market, deal))
            market.work()
            market.write(partial(deliver, deal=deal, now=market.desk.clock()))
        account = deals[0].influencer.influencer.id
        market.desk.onboard(account)
        market.work()
        market.close()
    return folder, deals, operators


def page_of(market, deal):
    """Open the payment page of a booking; returns the number of its session at the provider."""
    started = market.write(
        lambda session: operations.plan_checkout(
            session,
            booking_ref=deal.booked.id,
            title="Post",
            success_url="http://a.test/",
            cancel_url="http://a.test/",
            pay_before=market.desk.clock() + timedelta(hours=40),
            now=market.desk.clock(),
        )
    )
    market.desk.run(started)
    return market.desk.session_id(started)


def deliver(session, *, deal, now):
    """Do all of the work and confirm what is published; without an account its share is owed."""
    for each in deliverables_of(session, session.get_one(Booking, deal.booked.id)):
        submit(session, deal, each, now=now)
        bookings.approve_submission(session, actor=deal.brand.actor, deliverable_id=each.id, now=now)
        if each.is_published:
            publish(session, deal, each, now=now)
            bookings.confirm_publication(session, actor=deal.brand.actor, deliverable_id=each.id, now=now)


class PostHistories(RuleBasedStateMachine):
    @initialize(is_paid=st.booleans(), is_heard=st.sampled_from([True, True, False]))
    def start(self, is_paid, is_heard):
        folder, deals, self.operators = begun()
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name)
        for name in ("athar.sqlite3", "sandbox.sqlite3"):
            shutil.copyfile(Path(folder.name) / name, path / name)
        self.deal = deals[0 if is_paid else 1]
        self.market = Market(path, f"sqlite:///{path / 'athar.sqlite3'}")
        self.desk, self.write = self.market.desk, self.market.write
        self.desk.clock.advance(hours=2)
        self.work_id = self.write(lambda session: deliverables_of(session, self.deal.booked)[0].id)
        if is_heard:  # both sides had their time
            self.report(is_by_operator=False)
            self.wait(hours=24 * 6)

    def teardown(self):
        if hasattr(self, "market"):
            self.come_to_rest()
            self.market.close()
            self.folder.cleanup()

    def attempt(self, act, **named):
        """Do what may be refused in this state; nothing else may go wrong."""
        try:
            return self.write(lambda session: act(session, now=self.desk.clock(), **named))
        except (MarketplaceError, PaymentError, ApiError):
            return None

    def contest(self):
        query = select(Contest).order_by(Contest.opened_at.desc(), Contest.number.desc()).limit(1)
        return self.write(lambda session: session.scalar(query))

    def at_contest(self, act, **named):
        contest = self.contest()
        return self.attempt(act, contest_id=contest.id, **named) if contest is not None else None

    @rule(is_by_operator=st.sampled_from([False, False, True]))
    def report(self, is_by_operator):
        about = {"deliverable_id": self.work_id}
        if is_by_operator:
            said = {"reason_en": "Gone.", "reason_ar": "حُذف."}
            self.attempt(bookings.report_found_gone, actor=self.operators[3], **about, **said)
        else:
            self.attempt(bookings.report_taken_down, actor=self.deal.brand.actor, statement="Gone.", **about)

    @rule(side=SIDES)
    def give_evidence(self, side):
        self.at_contest(bookings.add_evidence, actor=getattr(self.deal, side).actor, text="See.")

    @rule()
    def show(self):
        self.at_contest(bookings.show_post, actor=self.deal.influencer.actor, text="It is up.")

    @rule(is_found=st.booleans())
    def look(self, is_found):
        if is_found:
            self.at_contest(bookings.find_post_live, actor=self.deal.brand.actor)
        else:
            self.at_contest(bookings.deny_post, actor=self.deal.brand.actor, text="Nothing there.")

    @rule(verdict=VERDICTS, at=st.integers(0, 1), is_agreed=st.sampled_from([True, True, False]))
    def decide(self, verdict, at, is_agreed):
        found = {"verdict": verdict, "en": "", "ar": ""}
        contest = self.contest()
        keys = contest.criteria if contest is not None else ()
        given = RulingInput(dict.fromkeys(keys, found), "We looked.", "نظرنا.")
        asked = self.at_contest(decide_contest, actor=self.operators[2 * at], given=given)
        if asked is not None and is_agreed:
            self.agree(at=at)

    @rule(at=st.integers(0, 1))
    def agree(self, at):
        """Let a second operator approve what waits: a ruling, or a claim."""
        query = select(ApprovalRequest).where(ApprovalRequest.closed_at.is_(None)).limit(1)
        asked = self.write(lambda session: session.scalar(query))
        if asked is not None:
            named = {"request_id": asked.id, "seen_hash": asked.payload_hash, "carriers": CARRIERS}
            self.attempt(approve_act, actor=self.operators[2 * at + 1], **named)

    @rule()
    def accept_by_both(self):
        for side in (self.deal.brand, self.deal.influencer):
            self.at_contest(bookings.accept_ruling, actor=side.actor)

    @rule(side=SIDES)
    def appeal(self, side):
        self.at_contest(bookings.appeal_ruling, actor=getattr(self.deal, side).actor, text="No.")

    @rule(amount=st.sampled_from([1_000, 1, 10_000_000]))
    def claim_back(self, amount):
        asked = {"amount_minor": amount, "is_for_brand": True, "reason_en": "x", "reason_ar": "س"}
        self.attempt(
            bookings.request_claw_back, actor=self.operators[0], deliverable_id=self.work_id, **asked
        )

    @rule()
    def send_owed(self):
        self.attempt(bookings.retry_money, actor=self.operators[0], deliverable_id=self.work_id)

    @rule()
    def work(self):
        self.market.work()

    @rule(hours=st.sampled_from([1, 30, 24 * 6, 24 * 9]))
    def wait(self, hours):
        self.desk.clock.advance(hours=hours)
        self.desk.sandbox.advance()
        bookings.run_due_timers(self.market.sessions, now=self.desk.clock())

    @rule()
    def dispute(self):
        charge = self.desk.charge_of(self.deal.booked.id)
        try:
            self.desk.sandbox.open_dispute(charge)
        except ApiError:
            return

    @rule(is_won=st.booleans())
    def end_dispute(self, is_won):
        for each in self.desk.disputes():
            try:
                self.desk.sandbox.close_dispute(each["id"], is_won=is_won)
            except ApiError:
                continue

    @invariant()
    def holds(self):
        if not hasattr(self, "market"):
            return
        report = self.write(verify_ledger)
        assert report.problems == (), report.problems
        part, work, contest = self.write(self.records)
        is_taken = is_open_about_post(contest) and contest.share_bps is not None and contest.share_bps < WHOLE
        if is_taken and not is_arrived(work) and contest.appealed_at is None and not part.is_charged_back:
            assert (part.release_status, part.parked_reason) == ("due", HELD)

    def records(self, session):
        part = session.scalars(select(EscrowPartRow).where(EscrowPartRow.part_ref == self.work_id)).one()
        query = select(Contest).order_by(Contest.opened_at.desc(), Contest.number.desc()).limit(1)
        return part, session.get_one(Deliverable, self.work_id), session.scalar(query)

    def come_to_rest(self):
        """Decide every chargeback, let the people's times pass, and hold the books against the provider's."""
        self.end_dispute(is_won=True)
        for _day in range(16):
            self.desk.clock.advance(hours=25)
            self.desk.sandbox.advance()
            self.market.work()
            self.desk.poll()
        part, _work, contest = self.write(self.records)
        assert (
            self.desk.operations_in(OperationState.SENT, OperationState.UNKNOWN, OperationState.HALTED) == []
        )
        compared = reconciliation.reconcile(
            self.desk.make_session, gateway=self.desk.gateway, clock=self.desk.clock, since=START
        )
        assert compared.breaks == ()
        if (
            contest is not None and contest.closed_at is None
        ):  # it waits for an operator, and for nothing else
            assert stage_of(contest, _work) in {"contested", "appealed"}
        elif not part.is_charged_back:
            assert part.parked_reason != HELD
        self.write(self.nothing_is_stuck)
        self.write(self.documents_add_up)

    def documents_add_up(self, session):
        """No note is beyond its invoice, line by line; what arrived is stated, and no more of it corrected."""
        booking_id, told = self.deal.booked.id, defaultdict(int)
        for document in session.scalars(select(Document).where(Document.booking_id == booking_id)):
            for line in document.content["lines"]:
                told[document.kind, line["key"]] += line["amount_minor"]
        assert {key for _kind, key in told} <= {"work", "fee", "tax", "taken_back"}
        for key in ("work", "fee", "tax"):
            assert told["credit_note", key] <= told["invoice", key]
        of_booking = select(EscrowPartRow).join(Escrow).where(Escrow.booking_ref == booking_id)
        arrived = (part for part in session.scalars(of_booking) if part.release_status == "done")
        assert told["statement", "work"] == sum(part.release_net_minor for part in arrived)
        assert told["correction", "taken_back"] <= told["statement", "work"]

    def nothing_is_stuck(self, session):
        frozen = session.get_one(Booking, self.deal.booked.id).frozen_at
        assert frozen is None
        late = select(Timer.kind).where(Timer.closed_at.is_(None), Timer.due_at <= self.desk.clock())
        assert session.scalars(late).all() == []
        failed = select(OutboxRow.kind).where(OutboxRow.last_error.is_not(None), OutboxRow.done_at.is_(None))
        assert session.scalars(failed).all() == []
        part = session.scalars(select(EscrowPartRow).where(EscrowPartRow.part_ref == self.work_id)).one()
        claims = session.scalars(select(ClawBack).where(ClawBack.part_id == part.id)).all()
        assert sum(each.amount_minor - each.written_off_minor for each in claims) <= (
            part.release_net_minor or 0
        )


PostHistories.TestCase.settings = settings(
    max_examples=4,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestPostHistories = PostHistories.TestCase
