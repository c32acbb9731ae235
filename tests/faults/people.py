"""F23, F28, F45, F47, F70 and F75: what people press and type, and what is not theirs."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from marketplace import ownership
from marketplace.bookings import acceptance, reminders, rulings
from marketplace.bookings import operations as bookings
from marketplace.bookings.domain import DeliverableStatus, Verdict
from marketplace.bookings.locks import Case
from marketplace.bookings.models import BookingEvent, Deliverable, Reminder, Timer
from marketplace.bookings.rulings import RulingInput
from marketplace.db import transaction
from payments import funding
from payments.models import Escrow
from tests.builders.bookings import Stage, build_booking, build_quote, deliverables_of, open_payout_account
from tests.builders.people import build_brand, build_operator
from tests.clock import START
from tests.faults.races import sizes
from tests.faults.registry import fault, without
from tests.faults.site import SiteWorld

HOUR = timedelta(hours=1)


def at_stage(site: SiteWorld, stage: Stage) -> tuple[Any, list[str]]:
    """A deal at a stage whose influencer can be paid, and the numbers of its deliverables."""
    with site.rows() as session:
        deal = build_booking(session, stage=stage)
        open_payout_account(session, deal.influencer)
        return deal, [row.id for row in deliverables_of(session, deal.booked)]


def statuses(site: SiteWorld, ids: list[str]) -> list[str]:
    with site.rows() as session:
        return [str(session.get_one(Deliverable, each).status) for each in ids]


def remind(site: SiteWorld, *hours: int) -> None:
    """Let the reminders of a review be written and accepted by the mail server."""
    for hour in hours:
        bookings.run_due_timers(site.services.sessions, now=START + hour * HOUR)
        with site.rows() as session:
            for key in session.scalars(select(Reminder.key).where(Reminder.accepted_at.is_(None))).all():
                bookings.mark_reminder_accepted(session, key, START + hour * HOUR)


def leads_anywhere(self: Case, _deliverable: Any, action: Any, *, now: Any) -> Any:
    """Every step is possible from every status."""
    del self, now
    names = {"contest": "contested", "rule": "ruled", "silence": "approved", "approve": "approved"}
    return DeliverableStatus(
        next((status for name, status in names.items() if name in str(action)), "contested")
    )


def rules_anywhere(case: Case, _deliverable: Any, _contest: Any, action: Any, *, now: Any) -> Any:
    """Every ruling is possible in every stage of a contest."""
    return leads_anywhere(case, None, action, now=now)


NO_TABLE = without("every step is possible from every status", Case, "check_deliverable", leads_anywhere)


@fault(
    "F23",
    "8 and 32 at once: silence approves while the brand contests",
    "one of them, decided by the row's lock; the other is told",
    is_site=True,
    mutant=NO_TABLE,
)
def silence_and_contest(site: SiteWorld) -> None:
    for count in sizes(site):
        deal, ids = at_stage(site, Stage.SUBMITTED)
        remind(site, 24, 60)
        moment = START + 72 * HOUR
        words = {
            "actor": deal.brand.actor,
            "deliverable_id": ids[1],
            "now": moment - timedelta(seconds=1),
        }
        ended = site.race([("contest", words), ("keep_silent", {"now": moment})] * (count // 2))
        site.clock.set(moment)
        with site.rows() as session:
            lines = session.scalars(
                select(BookingEvent.kind).where(BookingEvent.deliverable_id == ids[1])
            ).all()
        contested = lines.count("contest.opened")
        approved = sum("approved" in str(line) for line in lines)
        assert contested + approved == 1, (lines, ended)
        assert set(ended) <= {"", "StatusConflict"}, ended


@fault(
    "F28",
    "8 and 32 operators rule at once",
    "one ruling; all others see that it was ruled",
    is_site=True,
    mutant=without("a ruling is possible in every stage", rulings, "check_contest", rules_anywhere),
)
def two_rulings(site: SiteWorld) -> None:
    for count in sizes(site):
        deal, ids = at_stage(site, Stage.SUBMITTED)
        with site.rows() as session:
            contest_id = bookings.open_contest(
                session,
                actor=deal.brand.actor,
                deliverable_id=ids[1],
                criteria=["brew"],
                statement="It is wrong.",
                now=START,
            ).id
            bookings.add_evidence(
                session, actor=deal.influencer.actor, contest_id=contest_id, text="It is there.", now=START
            )
            judges = [build_operator(session).actor for _ in range(count)]
        ended = site.race(
            [
                (
                    "rule",
                    {
                        "actor": judge,
                        "contest_id": contest_id,
                        "given": ruling(is_met=at % 2 > 0),
                        "now": START,
                    },
                )
                for at, judge in enumerate(judges)
            ]
        )
        assert sorted(ended) == ["", *["StatusConflict"] * (count - 1)], ended


def ruling(*, is_met: bool) -> RulingInput:
    verdict = Verdict.MET if is_met else Verdict.NOT_MET
    return RulingInput(
        {"brew": {"verdict": verdict, "en": "Seen", "ar": "شوهد"}},
        "What was agreed is there.",
        "ما اتُّفق عليه موجود.",
    )


@fault(
    "F45",
    "amount and currency are tampered with in the form",
    "the server takes them from the quote alone",
    is_site=True,
    is_fast=True,
    mutant=without(
        "the payment page takes the amount it is given", funding, "_mismatch", lambda *_: "tampered"
    ),
)
def tampered_form(site: SiteWorld) -> None:
    deal, _ = at_stage(site, Stage.ACCEPTED)
    path = f"/bookings/{deal.booked.id}/pay"
    visitor = site.visit_as(deal.brand.user)
    visitor.get(path)
    started = visitor.post(
        path, {"amount": "1", "amount_minor": "1", "total_minor": "1", "currency": "JPY", "price": "0"}
    )
    visitor.get(started.location)
    site.inject()
    page = site.objects("checkout.session")[0]
    with site.rows() as session:
        escrow = session.scalars(select(Escrow)).one()
        assert (page["amount_total"], page["currency"]) == (escrow.total_minor, escrow.currency.lower())
    site.pay(deal.booked.id)
    site.work()
    assert site.booking(deal.booked.id).status == "active"


def take_unread(session: Any, *, actor: Any, quote: Any, seen_hash: str | None, now: Any) -> None:
    del seen_hash
    real_take(session, actor=actor, quote=quote, seen_hash=quote.hash, now=now)


real_take = acceptance.take_quote  # type: ignore[attr-defined]  # patched where it is used


@fault(
    "F47",
    "the price list changes after the quote",
    "the quote holds until it runs out; another hash is refused",
    is_site=True,
    mutant=without("nobody compares what was read", acceptance, "take_quote", take_unread),
)
def stale_price(site: SiteWorld) -> None:
    with site.rows() as session:
        deal = build_quote(session)
        quote_id, seen, total = deal.quote.id, deal.quote.hash, deal.quote.total_minor
    visitor = site.visit_as(deal.brand.user)
    visitor.get(f"/quotes/{quote_id}")
    assert visitor.post(f"/quotes/{quote_id}/accept", {"seen_hash": "0" * len(seen)}).status_code in {
        409,
        422,
    }
    site.inject()
    accepted = visitor.post(f"/quotes/{quote_id}/accept", {"seen_hash": seen})
    assert accepted.status_code == 303
    with site.rows() as session:
        assert session.scalars(select(Escrow.total_minor)).one() == total
        late = build_quote(session)
    site.clock.advance(hours=49)
    site.inject()
    visitor = site.visit_as(late.brand.user)
    visitor.get(f"/quotes/{late.quote.id}")
    assert visitor.post(f"/quotes/{late.quote.id}/accept", {"seen_hash": late.quote.hash}).status_code in {
        409,
        422,
    }


def at_once_without_reminders(review_until: Any, _accepted: Any, *, reminders_owed: int, grace: Any) -> Any:
    del reminders_owed, grace
    return review_until


@fault(
    "F70",
    "the scheduler sleeps for a week",
    "overdue clocks fire once; silence counts only after reminders were really sent, with grace",
    is_site=True,
    mutant=without("silence counts without reminders", reminders, "approval_time", at_once_without_reminders),
)
def asleep(site: SiteWorld) -> None:
    _, ids = at_stage(site, Stage.SUBMITTED)
    site.services.mailer.is_down = True  # type: ignore[attr-defined]
    site.clock.advance(days=7)
    site.inject()
    bookings.run_due_timers(site.services.sessions, now=site.clock())
    bookings.run_due_timers(site.services.sessions, now=site.clock())
    assert statuses(site, ids)[1] == "submitted", "silence counted although nobody was reminded"
    with site.rows() as session:
        for key in session.scalars(select(Reminder.key).where(Reminder.accepted_at.is_(None))).all():
            bookings.mark_reminder_accepted(session, key, site.clock())
    site.clock.advance(hours=2)
    bookings.run_due_timers(site.services.sessions, now=site.clock())
    assert statuses(site, ids)[1] == "submitted", "there was no grace after the reminder"
    for _ in range(30):
        site.clock.advance(hours=1)
        remind_now(site)
    assert statuses(site, ids)[1] != "submitted"
    with site.rows() as session:
        kinds = session.scalars(select(BookingEvent.kind).where(BookingEvent.deliverable_id == ids[1])).all()
        assert sum("approved" in str(kind) for kind in kinds) == 1
        assert (
            session.scalar(
                select(func.count())
                .select_from(Timer)
                .where(
                    Timer.deliverable_id == ids[1],
                    Timer.closed_at.is_(None),
                    Timer.due_at <= site.clock() - timedelta(days=2),
                )
            )
            == 0
        )


def remind_now(site: SiteWorld) -> None:
    bookings.run_due_timers(site.services.sessions, now=site.clock())
    with site.rows() as session:
        for key in session.scalars(select(Reminder.key).where(Reminder.accepted_at.is_(None))).all():
            bookings.mark_reminder_accepted(session, key, site.clock())


@fault(
    "F75",
    "the influencer approves their own work, a stranger's brand does, a user rules",
    "refused, nothing changes",
    is_site=True,
    mutant=without("everybody may do everything", ownership, "may", lambda *_, **__: True),
)
def not_theirs(site: SiteWorld) -> None:
    deal, ids = at_stage(site, Stage.SUBMITTED)
    with site.rows() as session:
        stranger = build_brand(session)
    before = statuses(site, ids)
    for actor in (deal.influencer.actor, stranger.actor):
        site.inject()
        try:
            with transaction(site.services.sessions) as session:
                bookings.approve_submission(session, actor=actor, deliverable_id=ids[1], now=site.clock())
        except Exception:  # noqa: BLE001, S112 - which refusal is theirs differs: not found, forbidden
            continue
        raise AssertionError("somebody approved what is not theirs")
    for user in (deal.influencer.user, stranger.user):
        visitor = site.visit_as(user)
        visitor.get("/bookings")
        answer = visitor.post(f"/bookings/{deal.booked.id}/work/{ids[1]}/approve", {"submission_number": "1"})
        assert answer.status_code in {403, 404}
        assert visitor.get("/operate/ledger").status_code in {403, 404}
        site.inject(2)
    assert statuses(site, ids) == before
