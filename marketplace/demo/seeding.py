"""Seeding the whole demo through the real operations and the sandbox, under a clock that the story moves."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import event

from marketplace.accounts.passwords import Passwords
from marketplace.app import create_app
from marketplace.audit.operations import seal
from marketplace.demo.baskets import play_basket
from marketplace.demo.campaigns import BEGINS_BEFORE, play_campaign
from marketplace.demo.disputes import play_disputes
from marketplace.demo.orders import play_orders
from marketplace.demo.people import (
    hand_in_late,
    refresh_figures,
    seed_brand,
    seed_influencers,
    seed_operators,
)
from marketplace.demo.places import work_out_places
from marketplace.demo.prices import play_fee_change, state_taxes
from marketplace.demo.ranking import know_people
from marketplace.demo.reading import read_notices
from marketplace.demo.reviews import play_reviews
from marketplace.demo.searches import play_searches
from marketplace.demo.second_person import play_second_person
from marketplace.demo.stage import Stage, StoryClock
from marketplace.demo.story import play_past, play_present
from marketplace.demo.suspension import play_suspension
from marketplace.demo.taken_down import play_taken_down
from marketplace.demo.world import BrandPlan, WorldPlan, plan_world
from marketplace.ids import id_source
from marketplace.matches.indexing import index_all
from marketplace.services import Services
from marketplace.worker import Worker

SEED = 20_261_123
INFLUENCERS = 400
NEW_BRAND = BrandPlan("Nasma Tea", "نسمة للشاي", "food", "SA", "Abha", "ar")
PAST_DAYS = 380


def _tokens(random: Random) -> Callable[[int], str]:
    """Return what makes the sandbox's ids: the same in the same story."""
    return lambda length: f"{random.getrandbits(4 * length):0{length}x}"


def _without_waiting_for_the_disk(services: Services) -> None:
    """Write without fsync: a seeding that is cut off is made anew, so it need not survive a power cut."""
    engine = services.sessions.kw["bind"]
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda raw, _record: raw.execute("PRAGMA synchronous=OFF"))


def seed_demo(
    *,
    build: Callable[[StoryClock, Callable[[int], str]], Services],
    until: datetime,
    progress: Callable[[str, int, int], None],
    influencers: int = INFLUENCERS,
    seed: int = SEED,
    briefs_most: int | None = None,
    before_index: Callable[[], None] = lambda: None,
) -> datetime:
    """Play the story from a year ago until about `until`; returns the story's last moment.

    `build` opens the services on the story's clock. The same seed and `until` give the same world. With `briefs_most`
    only so many briefs of the past and of the present are played, and nobody's desk is filled: a world for tests.
    `before_index` is called before anybody is indexed.
    """
    clock = StoryClock(until - timedelta(days=PAST_DAYS))
    tokens = _tokens(Random(seed + 1))  # noqa: S311  # a story, not a secret
    random = Random(seed)  # noqa: S311  # a story, not a secret
    services = replace(build(clock, tokens), passwords=Passwords("low"))
    _without_waiting_for_the_disk(services)
    app = create_app(services)
    stage = Stage(services, app, clock, random, Worker(services, context=app.app_context))
    with id_source(random.getrandbits):
        world = plan_world(random, influencers=influencers)
        _people(stage, world, progress=progress, before_index=before_index)
        play_past(stage, world, progress=progress, briefs_most=briefs_most)
        if briefs_most is None:
            clock.move_to(until - BEGINS_BEFORE)
            progress("a campaign", 0, 1)
            play_campaign(stage, world)
            progress("a campaign", 1, 1)
        clock.move_to(until - timedelta(days=3))
        read_notices(stage)
        _publish(stage, world, progress=progress)
        play_present(stage, world, progress=progress, briefs_most=briefs_most)
        _finish(stage, world, progress=progress, has_desks=briefs_most is None)
        with stage.scene() as session:
            seal(session, now=clock())
    return clock()


def _people(
    stage: Stage,
    world: WorldPlan,
    *,
    progress: Callable[[str, int, int], None],
    before_index: Callable[[], None],
) -> None:
    """Bring everybody in and let search know them."""
    seed_operators(stage)
    for number, plan in enumerate(world.brands):
        seed_brand(stage, number, plan, is_approved=True)
        progress("brands", number + 1, len(world.brands))
    seed_influencers(
        stage, world.influencers, progress=lambda done, whole: progress("influencers", done, whole)
    )
    state_taxes(stage)
    before_index()
    index_all(stage.services, progress=lambda done, whole: progress("search index", done, whole))
    stage.settle()


def _publish(stage: Stage, world: WorldPlan, *, progress: Callable[[str, int, int], None]) -> None:
    """Let everybody publish, and let search and the chores know what they did."""
    refresh_figures(
        stage, world.influencers, progress=lambda done, whole: progress("posts and figures", done, whole)
    )
    index_all(stage.services, progress=lambda done, whole: progress("search index", done, whole))
    stage.pass_time(timedelta(0))
    know_people(stage)


def _finish(
    stage: Stage, world: WorldPlan, *, progress: Callable[[str, int, int], None], has_desks: bool
) -> None:
    """Give a brand a basket to look at, the operators something to decide, and everybody their places."""
    desks: tuple[Callable[[], None], ...] = (
        lambda: play_basket(stage, world),
        lambda: play_disputes(stage, world),
        lambda: play_orders(stage, world),
        lambda: play_reviews(stage, world),
        lambda: read_notices(stage),
        lambda: play_second_person(stage),
        lambda: play_taken_down(stage),
        lambda: play_fee_change(stage),
        lambda: play_suspension(stage),
    )
    steps: tuple[Callable[[], None], ...] = (
        *(desks if has_desks else ()),
        lambda: work_out_places(stage),
        lambda: hand_in_late(stage, world.influencers),
        lambda: play_searches(stage),
    )
    for done, play in enumerate(steps, start=1):
        play()
        progress("desks and searches", done, len(steps))
    seed_brand(stage, len(world.brands), NEW_BRAND, is_approved=False)
    stage.settle()
