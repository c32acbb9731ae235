"""An influencer's own profile by a program: what they say, their consent, calendar, channels, figures, posts, tax status."""

import pytest
from sqlalchemy import func, select

from marketplace.audit.models import AuditEntry
from marketplace.influencers.models import Channel, Influencer
from tests.builders.people import InfluencerSide, build_brand, build_influencer
from tests.functional.api.api_site import ApiSite, Program
from tests.functional.api.problem_reading import code_of, wrong_fields

TAX = {"legal_name": "Dana Alqamar", "address": "12 Palm Street, Jubail", "country": "SA", "number": None}


@pytest.fixture
def side(api: ApiSite) -> InfluencerSide:
    with api.rows() as session:
        return build_influencer(session)


@pytest.fixture
def other(api: ApiSite) -> InfluencerSide:
    with api.rows() as session:
        return build_influencer(session)


@pytest.fixture
def program(api: ApiSite, side: InfluencerSide) -> Program:
    return api.program(side.user)


def trail_of(api, side):
    with api.rows() as session:
        own = AuditEntry.subject_id == side.influencer.id
        return session.scalar(select(func.count()).select_from(AuditEntry).where(own))


class TestProfile:
    def test_is_changed_field_by_field(self, program, side):
        changed = program.do(
            "/profile",
            {"name": "Dana", "name_ar": "دانة", "claimed_topics": ["baking", "baking"], "open_slots": 4},
            method="PATCH",
        )
        assert (changed["name"], changed["name_ar"], changed["open_slots"]) == ("Dana", "دانة", 4)
        assert (changed["claimed_topics"], changed["bio"]) == (["baking"], side.influencer.bio)
        emptied = program.do("/profile", {"country": None, "refused_categories": ["games"]}, method="PATCH")
        assert (emptied["country"], emptied["refused_categories"]) == (None, ["games"])
        shown = program.read(f"/influencers/{side.influencer.handle}")
        assert (shown["name"], shown["claimed_topics"]) == ("Dana", ["baking"])

    def test_sent_back_as_it_was_read_changes_nothing(self, api, program, side):
        read, before = program.read("/profile"), trail_of(api, side)
        assert program.do("/profile", read, method="PATCH") == read
        assert trail_of(api, side) == before

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("name", ""),
            ("name", None),
            ("country", "XX"),
            ("languages", ["qq"]),
            ("claimed_topics", ["no-such-topic"]),
            ("refused_categories", ["opera"]),
            ("open_slots", 21),
            ("handle", "another"),
            ("colour", "red"),
        ],
    )
    def test_refuses_what_no_profile_holds(self, program, field, value):
        answer = program.call("PATCH", "/profile", {field: value})
        assert answer.status_code == 422
        assert next(iter(wrong_fields(answer.get_json()))).split(".")[0] == field

    def test_is_not_changed_where_somebody_was_faster(self, program):
        tag = program.get("/profile").headers["ETag"]
        program.do("/profile", {"city": "Jubail"}, method="PATCH")
        late = program.call("PATCH", "/profile", {"city": "Taif"}, headers={"If-Match": tag})
        assert late.status_code == 412

    def test_belongs_to_influencers(self, api):
        with api.rows() as session:
            user = build_brand(session).user
        assert api.program(user).get("/profile").status_code == 403


class TestConsent:
    def test_is_given_and_taken_back(self, program):
        gone = program.do("/profile/withdraw-consent")
        assert (gone["status"], gone["consented_at"]) == ("paused", None)
        back = program.do("/profile/consent")
        assert back["status"] == "listed"
        assert back["consented_at"] is not None

    def test_needs_a_channel(self, api, program, side):
        with api.rows() as session:
            session.connection().exec_driver_sql("DELETE FROM metric")
            session.connection().exec_driver_sql("DELETE FROM channel")
            session.get_one(Influencer, side.influencer.id).status = "draft"
        answer = program.post("/profile/consent")
        assert (answer.status_code, code_of(answer)) == (422, "profile_not_listable")


class TestCalendar:
    def test_is_saved_whole(self, api, program, side):
        busy = [
            {"starts_on": "2027-03-01", "ends_on": "2027-03-10"},
            {"starts_on": "2027-05-01", "ends_on": "2027-05-01"},
        ]
        saved = program.do("/profile/calendar", {"busy": busy[::-1]}, method="PUT")
        assert saved == {"busy": busy} == program.read("/profile/calendar")
        before = trail_of(api, side)
        assert program.do("/profile/calendar", saved, method="PUT") == saved
        assert trail_of(api, side) == before
        assert program.do("/profile/calendar", {"busy": []}, method="PUT") == {"busy": []}

    def test_refuses_an_end_before_its_beginning(self, program):
        wrong = {"busy": [{"starts_on": "2027-03-10", "ends_on": "2027-03-01"}]}
        answer = program.call("PUT", "/profile/calendar", wrong)
        assert (answer.status_code, list(wrong_fields(answer.get_json()))) == (422, ["busy"])


class TestChannel:
    def test_is_added_read_and_asked_to_be_proven(self, api, program):
        body = {"platform": "tiktok", "handle": "@dana.bakes", "url": "https://www.tiktok.com/@dana.bakes"}
        made = program.post("/profile/channels", body)
        channel = made.get_json()
        assert made.headers["Location"] == f"/api/v1/profile/channels/{channel['id']}"
        assert (channel["handle"], channel["is_proven"]) == ("dana.bakes", False)
        assert channel["proof_code"].startswith("ATHAR-")
        own = f"/profile/channels/{channel['id']}"
        assert program.do(f"{own}/request-proof")["proof_requested_at"] is not None
        assert program.read(own)["proof_requested_at"] is not None
        assert len(program.read("/profile/channels")["items"]) == 2
        with api.rows() as session:
            assert session.get_one(Channel, channel["id"]).proof_requested_at is not None

    def test_is_corrected_until_somebody_looks_at_it(self, api, program, side):
        body = {"platform": "tiktok", "handle": "dana.bake", "url": "https://www.tiktok.com/@dana.bake"}
        own = f"/profile/channels/{program.do('/profile/channels', body, status=201)['id']}"
        right = {"handle": "@dana.bakes", "url": "https://www.tiktok.com/@dana.bakes"}
        changed = program.do(own, right, method="PATCH")
        assert (changed["handle"], changed["url"]) == ("dana.bakes", right["url"])
        before = trail_of(api, side)
        assert program.do(own, changed, method="PATCH") == changed
        assert trail_of(api, side) == before
        wrong = program.call("PATCH", own, {"url": "https://www.instagram.com/dana"})
        assert (wrong.status_code, list(wrong_fields(wrong.get_json()))) == (422, ["url"])
        program.do(f"{own}/request-proof")
        late = program.call("PATCH", own, {"handle": "another"})
        assert (late.status_code, code_of(late)) == (409, "channel_in_review")
        proven = program.call("PATCH", f"/profile/channels/{side.channel.id}", {"handle": "another"})
        assert (proven.status_code, code_of(proven)) == (409, "channel_already_proven")

    def test_is_added_once(self, program, side):
        body = {"platform": "instagram", "handle": side.channel.handle, "url": side.channel.url}
        answer = program.post("/profile/channels", body)
        assert (answer.status_code, code_of(answer)) == (409, "channel_taken")

    def test_takes_declared_figures_and_audiences(self, program, side):
        own = f"/profile/channels/{side.channel.id}"
        figure = {"name": "views_median", "value": 5_200, "as_of": "2026-01-05", "sample_size": 10}
        found = program.do(f"{own}/figures", figure)["figures"]
        assert {**figure, "value": 5_200.0, "source": "self_declared"} in found
        shares = [{"key": "sa", "share": 0.62}, {"key": "AE", "share": 0.2}]
        body = {"kind": "country", "as_of": "2026-01-05", "shares": shares}
        (split,) = program.do(f"{own}/audience", body)["audience"]
        assert (split["source"], split["shares"][0]) == ("self_declared", {"key": "SA", "share": 0.62})

    @pytest.mark.parametrize(
        "shares",
        [
            [{"key": "SA", "share": 0.7}, {"key": "AE", "share": 0.7}],
            [{"key": "SA", "share": 0.1}, {"key": "sa", "share": 0.1}],
            [{"key": "SA", "share": "0.1"}],
            [{"key": "SA", "share": True}],
            [{"key": "ZZ", "share": 0.1}],
            [],
        ],
    )
    def test_refuses_audiences_that_cannot_be(self, program, side, shares):
        body = {"kind": "country", "as_of": "2026-01-05", "shares": shares}
        answer = program.post(f"/profile/channels/{side.channel.id}/audience", body)
        assert answer.status_code == 422
        assert next(iter(wrong_fields(answer.get_json()))).startswith("shares")

    def test_of_somebody_else_is_not_there(self, program, other):
        foreign = f"/profile/channels/{other.channel.id}"
        assert program.get(foreign).status_code == 404
        assert program.call("PATCH", foreign, {"handle": "mine"}).status_code == 404
        assert program.post(f"{foreign}/request-proof").status_code == 404
        post = {"url": "https://example.test/p/1", "published_at": "2026-01-05T10:00:00Z"}
        assert program.post(f"{foreign}/posts", post).status_code == 404
        assert (
            program.post(
                f"{foreign}/figures", {"name": "followers", "value": 1, "as_of": "2026-01-05"}
            ).status_code
            == 404
        )


class TestPost:
    def body(self, number=1, **changes):
        return {
            "url": f"https://www.instagram.com/p/{number}/",
            "published_at": f"2026-01-0{number}T10:00:00Z",
            "text": "Bread at home #baking #bread",
            "views": 900,
            **changes,
        }

    def test_is_added_renewed_and_read(self, program, side):
        posts = f"/profile/channels/{side.channel.id}/posts"
        made = program.post(posts, self.body())
        post = made.get_json()
        assert (post["hashtags"], post["likes"], post["source"]) == (
            ["baking", "bread"],
            None,
            "self_declared",
        )
        renewed = program.do(posts, {**post, "views": 1_000, "likes": 80}, status=201)
        assert (renewed["id"], renewed["views"], renewed["likes"]) == (post["id"], 1_000, 80)
        assert made.headers["Location"].endswith(f"/profile/posts/{post['id']}")
        assert program.read(f"/profile/posts/{post['id']}") == renewed

    def test_is_listed_by_cursor(self, program, side):
        for number in (1, 2, 3):
            program.do(f"/profile/channels/{side.channel.id}/posts", self.body(number), status=201)
        first = program.read("/profile/posts?limit=2")
        rest = program.read(f"/profile/posts?limit=2&cursor={first['next_cursor']}")
        days = [post["published_at"][:10] for post in [*first["items"], *rest["items"]]]
        assert days == ["2026-01-03", "2026-01-02", "2026-01-01"]

    def test_that_cannot_be_is_refused_beside_its_field(self, program, side):
        posts = f"/profile/channels/{side.channel.id}/posts"
        wrong = self.body(url="ftp://example.test", published_at="2190-01-01T10:00:00Z")
        assert set(wrong_fields(program.post(posts, wrong).get_json())) == {"url", "published_at"}

    def test_of_somebody_else_is_not_there(self, api, program, other):
        foreign = api.program(other.user).do(
            f"/profile/channels/{other.channel.id}/posts", self.body(), status=201
        )
        assert program.get(f"/profile/posts/{foreign['id']}").status_code == 404


class TestTaxStatus:
    def test_is_stated_once_it_is_known(self, api, program, side):
        assert set(program.read("/profile/tax-status").values()) == {None}
        stated = program.do("/profile/tax-status", TAX, method="PUT")
        assert (stated["legal_name"], stated["number"]) == ("Dana Alqamar", "")
        before = trail_of(api, side)
        assert program.do("/profile/tax-status", stated, method="PUT") == stated
        assert trail_of(api, side) == before

    def test_refuses_what_no_number_looks_like(self, program):
        answer = program.call("PUT", "/profile/tax-status", {**TAX, "number": "12"})
        assert (answer.status_code, list(wrong_fields(answer.get_json()))) == (422, ["number"])
        assert program.read("/profile/tax-status")["legal_name"] is None
