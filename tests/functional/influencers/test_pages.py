"""The profile's pages: what one says of oneself, channels with their proof, and what brands read."""

import re

import pytest
from sqlalchemy import select

from marketplace.influencers.models import AudienceSplit, BusyPeriod, Channel, Influencer, Metric, Post
from tests.builders.market import build_listing
from tests.builders.people import build_brand, build_influencer, build_operator
from tests.clock import START

SQL_MAX = 12
CHANNEL = {"platform": "tiktok", "handle": "@noura", "url": "https://www.tiktok.com/@noura"}
PROFILE = {
    "name": "Noura",
    "name_ar": "نورة",
    "bio": "Speciality coffee at home.",
    "languages": ["ar"],
    "country": "SA",
    "city": "Riyadh",
    "claimed_topics": ["coffee"],
    "topic_more": "skincare",
    "open_slots": "٣",
}


@pytest.fixture
def seller(market):
    with market.rows() as session:
        return build_influencer(session)


@pytest.fixture
def visitor(market, seller):
    return market.visit_as(seller.user)


@pytest.fixture
def guest(market):
    with market.rows() as session:
        user = build_brand(session).user
    return market.visit_as(user)


def audience(channel_id, kind, *shares):
    """Return what the form of one kind of split sends."""
    prefix = f"{channel_id}-{kind}-"
    rows = {
        f"{prefix}shares-{place}-{name}": text
        for place, row in enumerate(shares)
        for name, text in zip(("who", "share"), row, strict=True)
    }
    return {"kind": kind, f"{prefix}as_of": "2026-02-01", **rows}


def mark_of(page):
    return re.findall(r'name="seen"[^>]*value="(\w*)"', page.text)[0]


def rows(market, table):
    with market.rows() as session:
        return session.scalars(select(table)).all()


class TestOwnProfile:
    def test_saves_what_was_typed(self, market, visitor):
        seen = mark_of(visitor.get("/profile"))
        assert visitor.post("/profile", PROFILE | {"seen": seen}).status_code == 303
        row = rows(market, Influencer)[0]
        assert (row.name_ar, row.claimed_topics, row.open_slots) == ("نورة", ["coffee", "skincare"], 3)

    def test_overwrites_nothing_that_was_saved_in_another_window(self, market, visitor):
        here = PROFILE | {"seen": mark_of(visitor.get("/profile")), "bio": "Here."}
        assert visitor.post("/profile", here | {"bio": "There."}).status_code == 303
        answer = visitor.post("/profile", here)
        assert (answer.status_code, "Here." in answer.text) == (409, True)
        assert rows(market, Influencer)[0].bio == "There."
        chosen = re.findall(r'name="instead_of" value="(\w+)"', answer.text)[0]
        assert visitor.post("/profile", here | {"instead_of": chosen}).status_code == 303
        assert rows(market, Influencer)[0].bio == "Here."

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"name": ""}, "name"),
            ({"bio": "x" * 4_000}, "bio"),
            ({"country": "<b>"}, "country"),
            ({"claimed_topics": ["<script>"]}, "claimed_topics"),
            ({"open_slots": "many"}, "open_slots"),
        ],
    )
    def test_shows_what_is_wrong_and_keeps_the_text(self, market, visitor, changes, field):
        visitor.get("/profile")
        answer = visitor.post("/profile", PROFILE | changes)
        assert answer.status_code == 422
        assert f'href="#{field}"' in answer.text
        assert "نورة" in answer.text
        assert "<script>" not in answer.text.replace("<script src", "")
        assert rows(market, Influencer)[0].name_ar == "نورة مثال"

    def test_names_the_one_thing_that_would_help_most(self, market, visitor):
        assert "Offer a first listing" in visitor.get("/profile").text

    def test_takes_the_profile_off_and_lists_it_again(self, market, visitor):
        visitor.get("/profile")
        visitor.post("/profile/withdraw")
        assert rows(market, Influencer)[0].status == "paused"
        visitor.post("/profile/consent")
        assert rows(market, Influencer)[0].status == "listed"

    @pytest.mark.parametrize("part", ["", "/channels", "/posts", "/calendar"])
    def test_asks_the_database_little(self, market, visitor, part):
        with market.counting() as statements:
            assert visitor.get(f"/profile{part}").status_code == 200
        assert len(statements) <= SQL_MAX

    @pytest.mark.parametrize("part", ["", "/channels", "/posts", "/calendar"])
    def test_is_not_for_brands(self, guest, part):
        assert guest.get(f"/profile{part}").status_code == 403


class TestChannels:
    def test_are_added_with_a_code_and_sent_to_a_reviewer(self, market, visitor):
        visitor.get("/profile/channels")
        visitor.post("/profile/channels", CHANNEL)
        channel = next(row for row in rows(market, Channel) if row.platform == "tiktok")
        page = visitor.get("/profile/channels")
        assert channel.proof_code in page.text
        assert "Not proven" in page.text
        visitor.post(f"/profile/channels/{channel.id}/proof")
        assert "You are told the answer" in visitor.get("/profile/channels").text

    def test_are_corrected_until_somebody_looks_at_them(self, market, visitor):
        visitor.get("/profile/channels")
        visitor.post("/profile/channels", CHANNEL)
        channel = next(row for row in rows(market, Channel) if row.platform == "tiktok")
        path = f"/profile/channels/{channel.id}"
        typed = {f"{channel.id}-handle": "@dana", f"{channel.id}-url": "https://www.instagram.com/dana"}
        wrong = visitor.post(path, typed)
        assert (wrong.status_code, f'id="{channel.id}-url-error"' in wrong.text) == (422, True)
        assert 'value="@dana"' in wrong.text
        typed[f"{channel.id}-url"] = "https://www.tiktok.com/@dana"
        assert visitor.post(path, typed).status_code == 303
        assert [row.handle for row in rows(market, Channel) if row.id == channel.id] == ["dana"]
        assert "Correct the account" in visitor.get("/profile/channels").text
        visitor.post(f"{path}/proof")
        assert "Correct the account" not in visitor.get("/profile/channels").text

    def test_that_are_none_are_refused_beside_the_field(self, visitor):
        visitor.get("/profile/channels")
        answer = visitor.post("/profile/channels", CHANNEL | {"url": "javascript:alert(1)"})
        assert answer.status_code == 422
        assert 'id="url-error"' in answer.text
        assert 'value="@noura"' in answer.text

    def test_on_another_platform_are_refused_beside_the_field(self, market, visitor):
        visitor.get("/profile/channels")
        answer = visitor.post("/profile/channels", CHANNEL | {"platform": "instagram"})
        assert answer.status_code == 422
        assert "This address is on TikTok, and the channel on Instagram." in answer.text
        assert 'id="url-error"' in answer.text
        assert [row.platform for row in rows(market, Channel)] == ["instagram"]  # the one it had

    def test_take_declared_figures_and_audiences(self, market, visitor, seller):
        channel_id = seller.channel.id
        page = visitor.get("/profile/channels").text
        kinds_with_a_day = ("country", "language", "age", "gender")
        today = market.clock().date().isoformat()
        for name in ("as_of", *(f"{channel_id}-{kind}-as_of" for kind in kinds_with_a_day)):
            assert re.search(rf'<input[^>]*name="{name}"[^>]*value="{today}"', page), name
        visitor.post(
            f"/profile/channels/{channel_id}/figures",
            {"name": "followers", "value": "13,500", "as_of": "2026-03-01", "sample_size": ""},
        )
        visitor.post(
            f"/profile/channels/{channel_id}/audience",
            audience(channel_id, "country", ("Saudi Arabia", "٦٢"), ("ae", "20%")),
        )
        assert {(row.value, row.source) for row in rows(market, Metric)} >= {(13_500, "self_declared")}
        assert {row.key: row.share for row in rows(market, AudienceSplit)} == {"SA": 0.62, "AE": 0.2}
        # what was declared does not become today's by pressing save again
        page = visitor.get("/profile/channels").text
        assert re.search(rf'<input[^>]*name="{channel_id}-language-as_of"[^>]*value="{today}"', page)
        assert not re.search(rf'<input[^>]*name="{channel_id}-country-as_of"[^>]*value="{today}"', page)

    @pytest.mark.parametrize(
        ("part", "typed", "field"),
        [
            ("figures", {"name": "followers", "value": "lots", "as_of": "2026-03-01"}, "value"),
            ("figures", {"name": "<b>", "value": "1", "as_of": "2026-03-01"}, "name"),
            ("figures", {"name": "followers", "value": "1", "as_of": "2030-03-01"}, "as_of"),
        ],
    )
    def test_refuse_figures_that_cannot_be_true(self, visitor, seller, part, typed, field):
        visitor.get("/profile/channels")
        answer = visitor.post(f"/profile/channels/{seller.channel.id}/{part}", typed)
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text

    @pytest.mark.parametrize(
        ("kind", "rows", "field", "said"),
        [
            ("country", [("SA", "162")], "shares-0-share", "Choose between 0 and 100."),
            ("country", [("SA", "60"), ("Egypt", "60")], "shares", "more than 100 percent"),
            ("country", [("Atlantis", "20")], "shares-0-who", "No such country is known."),
            ("language", [("ar", "20"), ("Klingon", "2")], "shares-1-who", "No such language is known."),
            ("country", [("SA", "20"), ("السعودية", "30")], "shares-1-who", "another line already"),
            ("country", [("", "20")], "shares-0-who", "Fill this in."),
            ("country", [("", "")], "shares", "Fill in at least one line."),
            ("age", [("18-24", "many")], "shares-0-share", "Type a whole number."),
        ],
    )
    def test_refuse_shares_that_cannot_be_true_beside_the_field(
        self, market, visitor, seller, kind, rows, field, said
    ):
        visitor.get("/profile/channels")
        channel_id = seller.channel.id
        answer = visitor.post(f"/profile/channels/{channel_id}/audience", audience(channel_id, kind, *rows))
        assert answer.status_code == 422
        assert said in answer.text
        assert f'href="#{channel_id}-{kind}-{field}"' in answer.text
        with market.rows() as session:
            assert session.scalars(select(AudienceSplit)).all() == []

    @pytest.mark.parametrize(
        ("language", "kind", "names", "codes"),
        [
            ("ar", "country", ("المملكة العربية السعودية", "الامارات", "مصر"), {"SA", "AE", "EG"}),
            ("ar", "language", ("العربية", "إنجليزي"), {"ar", "en"}),
            ("en", "language", ("arabic", "UR", "Filipino"), {"ar", "ur", "tl"}),
            ("en", "country", ("U.A.E.", "oman", "عُمان "), None),
            ("en", "country", ("UAE", "KSA", "Oman"), {"AE", "SA", "OM"}),
        ],
    )
    def test_take_audiences_by_names_in_either_language(
        self, market, visitor, seller, language, kind, names, codes
    ):
        visitor.post("/language", {"language": language})
        visitor.get("/profile/channels")
        channel_id = seller.channel.id
        typed = audience(channel_id, kind, *((name, "10") for name in names))
        answer = visitor.post(f"/profile/channels/{channel_id}/audience", typed)
        with market.rows() as session:
            kept = {row.key for row in session.scalars(select(AudienceSplit))}
        assert (answer.status_code, kept) == ((303, codes) if codes else (422, set()))

    def test_offer_names_and_show_what_is_stored_by_name(self, market, visitor, seller):
        visitor.get("/profile/channels")
        channel_id = seller.channel.id
        visitor.post(
            f"/profile/channels/{channel_id}/audience", audience(channel_id, "country", ("SA", "62"))
        )
        visitor.post("/language", {"language": "ar"})
        page = visitor.get("/profile/channels").text
        assert '<option value="الكويت">' in page
        for kind in ("البلدان", "اللغات", "العمر", "الجنس"):
            assert f"<summary>{kind}</summary>" in page
        assert 'value="المملكة العربية السعودية"' in page
        more = audience(channel_id, "country", ("أ", "1")) | {"more": "1"}
        shown = visitor.post(f"/profile/channels/{channel_id}/audience", more)
        assert (shown.status_code, f'name="{channel_id}-country-shares-5-who"' in shown.text) == (200, True)

    def test_of_others_are_not_there(self, market, visitor):
        with market.rows() as session:
            other = build_influencer(session)
        visitor.get("/profile/channels")
        for part in ("proof", "figures", "audience"):
            typed = {
                "name": "followers",
                "value": "1",
                "as_of": "2026-02-01",
            } | audience(other.channel.id, "country", ("SA", "1"))
            assert visitor.post(f"/profile/channels/{other.channel.id}/{part}", typed).status_code == 404


class TestPosts:
    def test_are_added_by_hand(self, market, visitor, seller):
        visitor.get("/profile/posts")
        visitor.post(
            f"/profile/posts/{seller.channel.id}",
            {
                "url": "https://www.instagram.com/p/1/",
                "published_on": "2026-02-01",
                "text": "V60 #coffee",
                "likes": "٩٠",
            },
        )
        post = rows(market, Post)[0]
        assert (post.likes, post.views, post.hashtags) == (90, None, ["coffee"])

    @pytest.mark.parametrize("url", ["https://a.example/p/1", "https://www.tiktok.com/@dana/video/1"])
    def test_lie_on_the_platform_of_their_channel(self, market, visitor, seller, url):
        visitor.get("/profile/posts")
        answer = visitor.post(
            f"/profile/posts/{seller.channel.id}",
            {"url": url, "published_on": "2026-02-01", "text": "My words"},
        )
        assert answer.status_code == 422
        assert "This address is not on Instagram." in answer.text
        assert "My words" in answer.text
        assert rows(market, Post) == []

    def test_that_are_none_come_back_with_the_text(self, visitor, seller):
        visitor.get("/profile/posts")
        answer = visitor.post(
            f"/profile/posts/{seller.channel.id}", {"url": "nowhere", "published_on": "x", "text": "My words"}
        )
        assert answer.status_code == 422
        assert "My words" in answer.text
        assert 'id="published_on-error"' in answer.text


class TestCalendar:
    def test_takes_busy_days_and_removes_them(self, market, visitor):
        visitor.get("/profile/calendar")
        visitor.post("/profile/calendar", {"starts_on": "2026-04-01", "ends_on": "2026-04-05"})
        assert len(rows(market, BusyPeriod)) == 1
        visitor.post("/profile/calendar/2026-04-01/2026-04-05/remove")
        assert rows(market, BusyPeriod) == []

    @pytest.mark.parametrize("days", [("2026-04-05", "2026-04-01"), ("", ""), ("soon", "later")])
    def test_refuses_days_that_are_none(self, market, visitor, days):
        visitor.get("/profile/calendar")
        answer = visitor.post("/profile/calendar", {"starts_on": days[0], "ends_on": days[1]})
        assert answer.status_code == 422
        assert rows(market, BusyPeriod) == []


class TestProfile:
    def test_shows_brands_figures_with_their_source_and_prices(self, market, guest, seller):
        with market.rows() as session:
            build_listing(session, seller, now=START)
        with market.counting() as statements:
            page = guest.get(f"/influencers/{seller.influencer.handle}")
        for text in ("12,000", "Reviewed screenshot", "SAR 2,000", "Verified", "Coffee"):
            assert text in page.text, text
        assert len(statements) <= SQL_MAX

    def test_is_not_there_for_brands_while_it_is_not_listed(self, market, guest, visitor, seller):
        with market.rows() as session:
            session.get_one(Influencer, seller.influencer.id).status = "paused"
            operator = build_operator(session)
        path = f"/influencers/{seller.influencer.handle}"
        assert guest.get(path).status_code == 404
        assert visitor.get(path).status_code == 200
        assert market.visit_as(operator.user).get(path).status_code == 200

    def test_labels_accounts_above_the_gate(self, market, guest):
        with market.rows() as session:
            celebrity = build_influencer(session, followers=2_000_000)
        assert "not a micro-influencer" in guest.get(f"/influencers/{celebrity.influencer.handle}").text

    @pytest.mark.parametrize("handle", ["nobody", "%3Cscript%3E", "a" * 500])
    def test_is_not_found_under_any_other_handle(self, guest, handle):
        assert guest.get(f"/influencers/{handle}").status_code == 404
