"""What the worker does every so often, beside the outbox."""

from datetime import datetime, timedelta

import structlog

from marketplace.approvals.operations import expire_requests
from marketplace.audit.operations import seal
from marketplace.authenticity import keeping as authenticity
from marketplace.baskets.showcase import refresh_showcase
from marketplace.billing import processing
from marketplace.bookings.timers import run_due_timers
from marketplace.db import transaction
from marketplace.deals.closing import lapse_overdue_deals
from marketplace.demo.clock import DemoClock
from marketplace.fairness.operations import collect_impressions, price_calendars
from marketplace.formulas.operations import store_packaged
from marketplace.matches import mending, topic_builds
from marketplace.matches.queries import newest_used_formula
from marketplace.matches.refreshing import refresh_own_places
from marketplace.results.operations import calibrate_forecasts
from marketplace.searches.refreshing import refresh_searches, tell_searches
from marketplace.services import Services
from marketplace.specialists import keeping as specialists
from marketplace.web.idempotency import forget_old_answers
from marketplace.worker import Chore
from payments.kept_breaks import first_day, keep_breaks
from payments.reconciliation import reconcile
from payments.sandbox.app import control_of
from payments.verification import seal_ledger

log = structlog.get_logger("chores")
DAY = timedelta(days=1)
SEAL_EVERY = timedelta(minutes=10)
SANDBOX_EVERY = timedelta(seconds=1)
COLLECT_EVERY = timedelta(seconds=10)
KEEP_EVERY = timedelta(seconds=5)
CLOCKS_EVERY = timedelta(seconds=1)
FORMULAS_EVERY = timedelta(hours=1)
FORGET_EVERY = timedelta(hours=1)
SHOWCASE_EVERY = timedelta(hours=1)
LAPSE_EVERY = timedelta(minutes=1)
PLACES_EVERY = timedelta(minutes=1)
SEARCHES_EVERY = timedelta(minutes=1)


def keep_formulas(services: Services, now: datetime) -> None:
    """Store what the package's new release brought; the newest used formula stays in force."""
    with transaction(services.sessions) as session:
        store_packaged(session, used=newest_used_formula(session), now=now)


def seal_audit(services: Services, now: datetime) -> None:
    """Chain a root over the audit trail."""
    with transaction(services.sessions) as session:
        seal(session, now=now)


def run_clocks(services: Services, now: datetime) -> None:
    """Fire the clocks of bookings that ran out."""
    run_due_timers(services.sessions, now=now, leaves_grace=not services.settings.is_demo)


def lapse_deals(services: Services, now: datetime) -> None:
    """Expire quotes and consents whose time ran out."""
    with transaction(services.sessions) as session:
        lapse_overdue_deals(session, now=now)


def close_the_day(services: Services, now: datetime) -> None:
    """Seal the ledger's streams under one root, then compare our books with the provider's."""
    with transaction(services.sessions) as session:
        seal_ledger(session, now=now)
    with transaction(services.sessions) as session:
        since = first_day(session, now=now)
    report = reconcile(services.sessions, gateway=services.gateway, clock=services.clock, since=since)
    with transaction(services.sessions) as session:
        new = keep_breaks(session, report)
    if not report.is_sound:
        log.error("reconciliation_breaks", count=len(report.breaks), new=len(new))


def calibrate(services: Services, now: datetime) -> None:
    """Set the widths of forecasts right on what was measured since."""
    with transaction(services.sessions) as session:
        calibrate_forecasts(session, now=now)


def expire_approvals(services: Services, now: datetime) -> None:
    """Close requests for a second person whose time ran out."""
    with transaction(services.sessions) as session:
        expire_requests(session, now=now)


def price_all_calendars(services: Services, now: datetime) -> None:
    """Move the prices of full calendars by one step."""
    with transaction(services.sessions) as session:
        price_calendars(session, now=now)


def turn_sandbox(services: Services, _now: datetime) -> None:
    """Let the sandbox do what fell due and tell us of it."""
    control = control_of(services.need_sandbox())
    control.advance()
    control.deliver_due()


def keep_clock(services: Services, _now: datetime) -> None:
    """Write the demo's time down, so that a killed demo goes on from here."""
    if isinstance(services.clock, DemoClock):
        services.clock.keep()


def forget_answers(services: Services, now: datetime) -> None:
    """Delete answers under an Idempotency-Key that nobody may ask for any more."""
    with transaction(services.sessions) as session:
        forget_old_answers(session, now=now)


def all_chores(services: Services) -> list[Chore]:
    """Return the chores that these services need."""
    mender = mending.IndexMender()
    chores = [
        Chore("money", processing.RUN_EVERY, processing.run_money),
        Chore("poll", processing.POLL_EVERY, processing.poll_provider),
        Chore("payouts", processing.PAYOUT_EVERY, processing.start_payouts),
        Chore("clocks", CLOCKS_EVERY, run_clocks),
        Chore("showcase", SHOWCASE_EVERY, refresh_showcase),
        Chore("lapse", LAPSE_EVERY, lapse_deals),
        Chore("places", PLACES_EVERY, refresh_own_places),
        Chore("searches", SEARCHES_EVERY, refresh_searches),
        Chore("search_news", SEARCHES_EVERY, tell_searches),
        Chore("index", mending.LOOK_EVERY, mender.look),
        Chore("index_erasure", mending.LOOK_EVERY, mender.renew),
        # Opening the index compares every checksum, so the first look at all bytes is a day away.
        Chore("index_bytes", mending.VERIFY_EVERY, mender.verify, services.clock() + mending.VERIFY_EVERY),
        Chore("topics", topic_builds.LOOK_EVERY, topic_builds.resume_builds),
        Chore("formulas", FORMULAS_EVERY, keep_formulas),
        Chore("authenticity", authenticity.KEEP_EVERY, authenticity.keep_authenticity),
        Chore("specialism", specialists.KEEP_EVERY, specialists.keep_specialism),
        Chore("approvals", LAPSE_EVERY, expire_approvals),
        Chore("seal", SEAL_EVERY, seal_audit),
        Chore("answers", FORGET_EVERY, forget_answers),
        Chore("day", DAY, close_the_day),
        Chore("calibration", DAY, calibrate),
        Chore("impressions", COLLECT_EVERY, collect_impressions),
        Chore("shadow_prices", DAY, price_all_calendars),
    ]
    if services.sandbox is not None:
        chores.insert(0, Chore("sandbox", SANDBOX_EVERY, turn_sandbox))
    if services.settings.is_demo:
        chores.append(Chore("clock", KEEP_EVERY, keep_clock))
    return chores
