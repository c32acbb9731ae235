"""The demo's story in order of time: a year of finished deals, then the present with every state on show."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count

from marketplace.bookings import operations as bookings
from marketplace.briefs.operations import close_brief, pause_brief
from marketplace.deals import operations as deals
from marketplace.demo import deals as acts
from marketplace.demo.briefs import SeededBrief, open_brief, seed_brief, submit
from marketplace.demo.content import content
from marketplace.demo.finishing import finish_work
from marketplace.demo.people import brand_email, influencer_email
from marketplace.demo.stage import Stage
from marketplace.demo.world import InfluencerPlan, WorldPlan
from marketplace.errors import MarketplaceError

#: between two briefs of the past, so that fifteen of them fill the year
DAYS_OF_REST = 5
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Progress = Callable[[str, int, int], None]


def _numbers(part: str) -> list[int]:
    """Return which briefs of the story belong to a part of it, in order."""
    return [number for number, plan in enumerate(content("briefs")["briefs"]) if plan["stage"] == part]


def play_past(stage: Stage, world: WorldPlan, *, progress: Progress, briefs_most: int | None = None) -> None:
    """Fifteen briefs over the year, two or three finished bookings each, then closed."""
    numbers = _numbers("past")[:briefs_most]
    for number in numbers:
        seeded = seed_brief(stage, world, number)
        open_brief(stage, seeded)
        _finish_deals(stage, world, seeded, deals_wanted=2 + number % 2)
        stage.pass_time(DAY)
        with stage.scene() as session:
            owner = stage.actor(session, brand_email(seeded.brand))
            try:
                close_brief(
                    session, actor=owner, brief_id=seeded.brief_id, reason="filled", now=stage.clock()
                )
            except MarketplaceError:
                session.rollback()  # it is full already
        stage.settle()
        progress("a year of deals", number + 1, len(numbers))


def _finish_deals(stage: Stage, world: WorldPlan, seeded: SeededBrief, *, deals_wanted: int) -> None:
    stage.pass_time(6 * HOUR)
    applied = acts.apply_all(stage, seeded, acts.candidates(world, seeded.topic, limit=deals_wanted + 3))
    stage.pass_time(8 * HOUR)
    running = []
    for application_id, person in applied[:deals_wanted]:
        booking_id = acts.book(stage, seeded, application_id)
        acts.pay(stage, seeded.brand, booking_id)
        acts.open_payout_account(stage, person)
        running.append((booking_id, person))
    finish_work(stage, seeded, running)
    stage.pay_out()
    stage.pass_time(timedelta(days=DAYS_OF_REST))
    for booking_id, person in running:
        acts.measure(stage, booking_id, person)
    acts.tell_sales(stage, seeded)


def play_present(
    stage: Stage, world: WorldPlan, *, progress: Progress, briefs_most: int | None = None
) -> None:
    """Thirteen briefs of the last days; bookings stopped at every step on the way."""
    opened, submitted = _numbers("open"), _numbers("submitted")
    numbers = [*opened, *submitted, *_numbers("draft")][:briefs_most]
    place = count()
    for done, number in enumerate(numbers, start=1):
        seeded = seed_brief(stage, world, number)
        if number in opened:
            open_brief(stage, seeded)
            _play_open_brief(stage, world, seeded, place)
        elif number in submitted:
            submit(stage, seeded)  # waits for an operator
        stage.pass_time(3 * HOUR)
        progress("the present", done, len(numbers))


def _play_open_brief(stage: Stage, world: WorldPlan, seeded: SeededBrief, place: "count[int]") -> None:
    people = acts.candidates(world, seeded.topic, limit=6)
    applied = acts.apply_all(stage, seeded, people[:4])
    stage.pass_time(HOUR)
    for application_id, person in applied[:2]:
        _stop_somewhere(stage, seeded, application_id, person, next(place))
    if len(people) > 4:  # the fifth is invited
        with stage.scene() as session:
            buyer = stage.actor(session, brand_email(seeded.brand, "buyer"))
            invited = stage.actor(session, influencer_email(people[4].number)).influencer_id or ""
            try:
                deals.send_invitation(
                    session, actor=buyer, brief_id=seeded.brief_id, influencer_id=invited, now=stage.clock()
                )
            except MarketplaceError:
                session.rollback()
    if seeded.number % 6 == 3:  # one of them pauses
        with stage.scene() as session:
            owner = stage.actor(session, brand_email(seeded.brand))
            pause_brief(session, actor=owner, brief_id=seeded.brief_id, now=stage.clock())
    stage.settle()


def _stop_somewhere(
    stage: Stage, seeded: SeededBrief, application_id: str, person: InfluencerPlan, step: int
) -> None:
    """Drive a booking a little further than the one before: each stops in a state of its own."""
    stop = step % 9
    if stop == 0:
        with stage.scene() as session:
            owner = stage.actor(session, brand_email(seeded.brand))
            deals.quote_application(session, actor=owner, application_id=application_id, now=stage.clock())
        return
    booking_id = acts.book(stage, seeded, application_id)
    if stop == 1:
        return
    acts.pay(stage, seeded.brand, booking_id)
    if stop == 2:  # paid, nothing handed in
        return
    if stop != 3:  # one has no payout account yet
        acts.open_payout_account(stage, person)
    acts.deliver(stage, booking_id, person)
    _after_delivery(stage, seeded, booking_id, stop)


def _after_delivery(stage: Stage, seeded: SeededBrief, booking_id: str, stop: int) -> None:
    if stop == 4:
        return  # waits for the review
    if stop == 5:
        _ask_for_changes(stage, seeded, booking_id)
    elif stop == 6:
        _contest(stage, seeded, booking_id)
    else:
        acts.approve(stage, seeded.brand, booking_id)
    if stop == 7:
        _cancel(stage, seeded, booking_id)


def _cancel(stage: Stage, seeded: SeededBrief, booking_id: str) -> None:
    """Cancel by the brand: approved work is paid whole."""
    with stage.scene() as session:
        owner = stage.actor(session, brand_email(seeded.brand))
        try:
            bookings.cancel_booking(session, actor=owner, booking_id=booking_id, now=stage.clock())
        except MarketplaceError:
            session.rollback()  # its money is on its way already: a file is paid at approval
    stage.settle()


def _ask_for_changes(stage: Stage, seeded: SeededBrief, booking_id: str) -> None:
    for deliverable_id in acts.deliverable_ids(stage, booking_id):
        with stage.scene() as session:
            owner = stage.actor(session, brand_email(seeded.brand))
            bookings.request_changes(
                session,
                actor=owner,
                deliverable_id=deliverable_id,
                criterion_id=acts.first_criterion(session, booking_id),
                note="أظهر الإفصاح في أول السطر من فضلك."
                if seeded.number % 2
                else "Please name it as advertising in the first line.",
                now=stage.clock(),
            )
    stage.settle()


def _contest(stage: Stage, seeded: SeededBrief, booking_id: str) -> None:
    for deliverable_id in acts.deliverable_ids(stage, booking_id)[:1]:
        with stage.scene() as session:
            owner = stage.actor(session, brand_email(seeded.brand))
            bookings.open_contest(
                session,
                actor=owner,
                deliverable_id=deliverable_id,
                criteria=[acts.first_criterion(session, booking_id)],
                statement="The disclosure is missing in the first line.",
                now=stage.clock(),
            )
    stage.settle()
