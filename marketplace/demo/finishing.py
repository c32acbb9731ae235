"""Paid work of a brief in the demo, from its delivery to the confirmed posts, at the pace of a good week."""

from collections.abc import Sequence
from datetime import timedelta

from marketplace.demo import deals as acts
from marketplace.demo.briefs import DAYS_AHEAD, SeededBrief
from marketplace.demo.stage import Stage
from marketplace.demo.world import InfluencerPlan

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def finish_work(stage: Stage, seeded: SeededBrief, running: Sequence[tuple[str, InfluencerPlan]]) -> None:
    """Deliver, approve, publish and confirm the work of bookings that are paid."""
    stage.pass_time(3 * DAY)
    for booking_id, person in running:
        acts.deliver(stage, booking_id, person)
    stage.pass_time(5 * HOUR)
    for booking_id, _person in running:
        acts.approve(stage, seeded.brand, booking_id)
    stage.pass_time(timedelta(days=DAYS_AHEAD - 3))
    for booking_id, person in running:
        acts.publish(stage, booking_id, person)
    stage.pass_time(7 * HOUR)
    for booking_id, _person in running:
        acts.confirm(stage, seeded, booking_id)
