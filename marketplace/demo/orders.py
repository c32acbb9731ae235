"""Orders of listings, each left at another step: quoted, unpaid, paid, declined, begun, cancelled, live, charged back."""

from collections.abc import Callable, Iterator

from marketplace.bookings import operations as bookings
from marketplace.deals import operations as deals
from marketplace.demo import deals as acts
from marketplace.demo.people import brand_email, find_listing, influencer_email
from marketplace.demo.stage import Stage
from marketplace.demo.world import InfluencerPlan, WorldPlan
from marketplace.errors import MarketplaceError
from marketplace.quotes.models import Quote
from marketplace.quotes.pricing import Choices
from payments.queries import find_charge_id

Scene = Callable[[Stage, int, str, InfluencerPlan], None]
#: the brand that orders: the one whose address the demo prints
BUYER = 0
CHOICES = Choices(amplification_months=1)
MESSAGE = "We would like the honest trial as it stands, and your words, not ours."


def play_orders(stage: Stage, world: WorldPlan) -> None:
    """Order one listing for each scene; who may not be ordered is passed over."""
    placed = _place_orders(stage, world)
    scenes: tuple[Scene, ...] = (
        _pay,
        _hand_in_post,
        _decline,
        _take_on,
        _cancel,
        _lose_chargeback,
        _leave_unpaid,
    )
    for play, (quote_id, person) in zip(scenes, placed, strict=False):
        play(stage, BUYER, _accept_quote(stage, quote_id), person)
    next(placed, None)  # its quote is open


def _place_orders(stage: Stage, world: WorldPlan) -> Iterator[tuple[str, InfluencerPlan]]:
    """Order listings in the order of the story's people; yields each order's quote with who was ordered."""
    for person in world.influencers:
        try:
            with stage.scene() as session:
                seller = stage.actor(session, influencer_email(person.number))
                order = deals.place_order(
                    session,
                    actor=stage.actor(session, brand_email(BUYER)),
                    listing_version_id=find_listing(session, seller).live_version_id or "",
                    choices=CHOICES,
                    message=MESSAGE,
                    now=stage.clock(),
                )
                quote_id = order.quote_id
        except MarketplaceError:
            continue  # not proven, too large, not on sale, or what the brand sells is refused
        stage.settle()
        yield quote_id, person


def _accept_quote(stage: Stage, quote_id: str) -> str:
    with stage.scene() as session:
        booking = bookings.accept_quote(
            session,
            actor=stage.actor(session, brand_email(BUYER)),
            quote_id=quote_id,
            seen_hash=session.get_one(Quote, quote_id).hash,
            now=stage.clock(),
        )
        return booking.id


def _leave_unpaid(_stage: Stage, _brand: int, _booking_id: str, _person: InfluencerPlan) -> None:
    """Nothing more: the payment is awaited."""


def _pay(stage: Stage, brand: int, booking_id: str, _person: InfluencerPlan) -> None:
    """Pay, so that the influencer's answer is awaited."""
    acts.pay(stage, brand, booking_id)


def _decline(stage: Stage, brand: int, booking_id: str, person: InfluencerPlan) -> None:
    acts.pay(stage, brand, booking_id)
    with stage.scene() as session:
        seller = stage.actor(session, influencer_email(person.number))
        bookings.decline_order(
            session, actor=seller, booking_id=booking_id, code="no_time", now=stage.clock()
        )
    stage.settle()


def _take_on(stage: Stage, brand: int, booking_id: str, person: InfluencerPlan) -> None:
    acts.pay(stage, brand, booking_id)
    with stage.scene() as session:
        seller = stage.actor(session, influencer_email(person.number))
        bookings.accept_order(session, actor=seller, booking_id=booking_id, now=stage.clock())
    stage.settle()


def _hand_in_post(stage: Stage, brand: int, booking_id: str, person: InfluencerPlan) -> None:
    """Leave a live post that the brand has still to confirm."""
    _take_on(stage, brand, booking_id, person)
    acts.open_payout_account(stage, person)
    acts.deliver(stage, booking_id, person)
    acts.approve(stage, brand, booking_id)
    acts.publish(stage, booking_id, person)


def _cancel(stage: Stage, brand: int, booking_id: str, person: InfluencerPlan) -> None:
    """Let the brand cancel work that was begun: the influencer keeps a share of it."""
    _take_on(stage, brand, booking_id, person)
    with stage.scene() as session:
        owner = stage.actor(session, brand_email(brand))
        bookings.cancel_booking(session, actor=owner, booking_id=booking_id, now=stage.clock())
    stage.settle()


def _lose_chargeback(stage: Stage, brand: int, booking_id: str, person: InfluencerPlan) -> None:
    """Let the payer's bank take the payment back before anything was handed in."""
    _take_on(stage, brand, booking_id, person)
    with stage.scene() as session:
        charge_id = find_charge_id(session, booking_ref=booking_id)
    if charge_id is None:
        return
    dispute = stage.sandbox.open_dispute(charge_id, reason="fraudulent")
    stage.settle()
    stage.sandbox.close_dispute(dispute["id"], is_won=False)
    stage.settle()
