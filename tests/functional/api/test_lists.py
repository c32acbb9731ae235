"""Pages of lists: every item once, whatever the size of a page."""

from collections.abc import Iterator

import pytest

from marketplace.quotes.domain import DealPath
from tests.builders.bookings import Stage, build_booking, build_quote
from tests.builders.market import build_brief, build_listing
from tests.builders.people import build_brand, build_influencer
from tests.clock import FrozenClock
from tests.databases import migrated_database
from tests.functional.api.api_site import ApiSite, Program, open_site

#: one worker builds what the file shares
pytestmark = pytest.mark.xdist_group("api lists")

COUNT = 5


def walk(program: Program, path: str, *, limit: int) -> list[str]:
    """The ids of all pages, read one by one."""
    seen: list[str] = []
    cursor = ""
    for _page in range(COUNT + 1):
        page = program.read(f"{path}?limit={limit}{cursor}")
        assert len(page["items"]) <= limit
        seen += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            return seen
        cursor = f"&cursor={page['next_cursor']}"
    raise AssertionError(path)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiSite]:
    """A site that these tests read and do not change."""
    folder = tmp_path_factory.mktemp("lists")
    with (
        migrated_database("sqlite", folder) as url,
        open_site(url, folder, FrozenClock(), is_beside=True) as site,
    ):
        yield site


@pytest.fixture(scope="module")
def sides(shared: ApiSite) -> dict[str, Program]:
    """A pair with several of everything, all made at one moment."""
    with shared.rows() as session:
        brand, influencer = build_brand(session), build_influencer(session)
        for _number in range(COUNT):
            build_listing(session, influencer)
            build_booking(session, brand=brand, influencer=influencer, stage=Stage.ACTIVE)
    shared.work()
    return {"brand": shared.program(brand.user), "influencer": shared.program(influencer.user)}


@pytest.fixture(scope="module")
def dealing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Program]]:
    """Another pair, with several invitations and orders, on a site of its own: lists of the market count everybody's."""
    folder = tmp_path_factory.mktemp("dealing")
    with (
        migrated_database("sqlite", folder) as url,
        open_site(url, folder, FrozenClock(), is_beside=True) as site,
    ):
        with site.rows() as session:
            brand, influencer = build_brand(session), build_influencer(session)
            for path in (DealPath.INVITATION, DealPath.ORDER):
                for _number in range(COUNT):
                    build_quote(session, path=path, brand=brand, influencer=influencer)
        yield {"brand": site.program(brand.user), "influencer": site.program(influencer.user)}


class TestPages:
    @pytest.mark.parametrize("limit", [2, 5])
    @pytest.mark.parametrize(
        ("side", "path"),
        [
            ("brand", "/briefs"),
            ("brand", "/bookings"),
            ("brand", "/applications"),
            ("brand", "/market/listings"),
            ("influencer", "/listings"),
            ("influencer", "/open-briefs"),
            ("influencer", "/bookings"),
            ("influencer", "/applications"),
        ],
    )
    def test_hold_everything_once(self, sides, side, path, limit):
        seen = walk(sides[side], path, limit=limit)
        assert len(seen) == len(set(seen)) == COUNT

    @pytest.mark.parametrize("limit", [2, 5])
    @pytest.mark.parametrize(
        ("side", "path"), [("brand", "/invitations"), ("influencer", "/invitations"), ("brand", "/orders")]
    )
    def test_of_ways_to_a_deal_hold_everything_once(self, dealing, side, path, limit):
        seen = walk(dealing[side], path, limit=limit)
        assert len(seen) == len(set(seen)) == COUNT

    def test_of_notices_hold_what_happened_at_one_moment(self, sides):
        every = walk(sides["influencer"], "/notices", limit=100)
        assert len(every) >= COUNT
        assert len({*every}) == len(every)
        first = sides["influencer"].read("/notices?limit=2")
        second = sides["influencer"].read(f"/notices?limit=2&cursor={first['next_cursor']}")
        assert [item["id"] for item in first["items"] + second["items"]] == every[:4]

    def test_of_money_hold_everything_once(self, sides):
        first = sides["brand"].read("/money?limit=3")
        second = sides["brand"].read(f"/money?limit=3&cursor={first['next_cursor']}")
        ids = [item["booking_id"] for item in first["items"] + second["items"]]
        assert len(ids) == len(set(ids)) == COUNT

    def test_are_narrowed_by_status(self, api):
        with api.rows() as session:
            brand = build_brand(session)
            build_brief(session, brand)
        program = api.program(brand.user)
        assert len(program.read("/briefs?status=open")["items"]) == 1
        assert program.read("/briefs?status=closed")["items"] == []


class TestStatements:
    @pytest.mark.parametrize("path", ["/briefs", "/bookings", "/applications", "/market/listings", "/money"])
    def test_do_not_grow_with_the_list(self, shared, sides, path):
        sides["brand"].read(f"{path}?limit=1")
        with shared.counting() as few:
            sides["brand"].read(f"{path}?limit=1")
        with shared.counting() as many:
            sides["brand"].read(f"{path}?limit=100")
        assert len(few) == len(many) <= 12
