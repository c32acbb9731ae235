"""The demo shows every state that lasts, and its posts lie where their channels are."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from marketplace.bookings.domain import BookingStatus, DeliverableStatus
from marketplace.bookings.models import Booking, Deliverable
from marketplace.briefs.domain import BriefStatus
from marketplace.briefs.models import Brief
from marketplace.deals.domain import OrderStatus
from marketplace.deals.models import Order
from marketplace.influencers.models import Channel, Post
from marketplace.influencers.platform_hosts import is_on_platform
from marketplace.listings.domain import ListingStatus
from marketplace.listings.models import Listing
from tests.browser.seeded import copy_of_seeded_home

#: over as soon as the provider has answered; approved work lasts only where a payout account is missing, which so small
#: a world may lack
FLEETING = {DeliverableStatus.RELEASING, DeliverableStatus.REFUNDING, DeliverableStatus.APPROVED}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    home: Path = copy_of_seeded_home(tmp_path_factory.mktemp("demo") / "home")
    engine = create_engine(f"sqlite:///{home / 'athar.sqlite3'}", poolclass=NullPool)
    with Session(engine) as session:
        yield session


def shown(world: Session, status: InstrumentedAttribute[str]) -> set[str]:
    return set(world.scalars(select(status).distinct()))


class TestWorld:
    def test_has_bookings_and_work_in_every_state(self, world):
        assert shown(world, Booking.status) == set(BookingStatus)
        assert shown(world, Deliverable.status) >= set(DeliverableStatus) - FLEETING

    def test_has_orders_that_run_wait_and_ended(self, world):
        assert shown(world, Order.status) >= {OrderStatus.QUOTED, OrderStatus.BOOKED, OrderStatus.ENDED}

    def test_has_briefs_and_listings_in_every_state(self, world):
        assert shown(world, Brief.status) == set(BriefStatus)
        # in so small a world one listing is a draft, and that one is sent back
        assert shown(world, Listing.status) >= set(ListingStatus) - {
            ListingStatus.REJECTED, ListingStatus.DRAFT, ListingStatus.SUBMITTED
        }  # fmt: skip

    def test_has_posts_on_the_platforms_of_their_channels(self, world):
        rows = world.execute(select(Post.url, Channel.platform).join(Channel)).all()
        assert rows
        assert [url for url, platform in rows if not is_on_platform(url, platform)] == []
