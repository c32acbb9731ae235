"""The brief's pages: the editor keeps everything, hands in, shows what is wrong beside the field."""

import re

import pytest
from sqlalchemy import select

from marketplace.accounts.domain import BrandRole
from marketplace.briefs import decisions, operations
from marketplace.briefs.models import Brief, BriefReadingAnswer, BriefVersion
from marketplace.quotes.policy_records import policy_at
from tests.builders.people import build_brand, build_influencer, build_operator, build_user, join_brand
from tests.clock import START

SQL_MAX = 12
#: what an operator sees of a version, and may say something about
NOTED = {column.key for column in BriefVersion.__table__.columns} - {
    "id",
    "brief_id",
    "number",
    "submitted_at",
}
FORM = {
    "title": "Cold brew at home",
    "goal": "awareness",
    "category": "food",
    "language": "en",
    "product": "Cold brew set",
    "text": "Show how you make cold brew at home with our set.",
    "topics": ["coffee"],
    "platforms": ["instagram"],
    "pricing": "fixed",
    "deliverables-0-kind": "reel",
    "deliverables-0-count": "1",
    "deliverables-0-price": "1,500",
    "currency": "SAR",
    "budget": "3000",
    "seats": "2",
    "countries": ["SA"],
    "followers_min": "1000",
    "followers_max": "100000",
    "starts_on": "2026-03-20",
    "ends_on": "2026-04-01",
    "organic_months": "6",
    "amplification_months": "0",
    "territory": "SA",
    "exclusivity_days": "0",
    "requires_disclosure": "y",
    "criteria-0-kind": "other",
    "criteria-0-text": "Shows the whole brewing",
    "criteria-0-weight": "100",
}


@pytest.fixture
def buyer(market):
    with market.rows() as session:
        return build_brand(session)


@pytest.fixture
def visitor(market, buyer):
    return market.visit_as(buyer.user)


@pytest.fixture
def brief_id(market, buyer):
    with market.rows() as session:
        return operations.create_brief(session, actor=buyer.actor, draft={"title": "First"}, now=START).id


def stored(market, brief_id):
    with market.rows() as session:
        return session.get_one(Brief, brief_id)


def revision_of(page):
    return re.findall(r'name="revision" value="(\d+)"', page.text)[0]


def published(market, buyer, **changes) -> str:
    draft = {
        **{name: value for name, value in FORM.items() if "-0-" not in name},
        "deliverables": [{"kind": "reel", "count": "1", "price": "1,500"}],
        "criteria": [{"kind": "other", "text": "Shows the whole brewing", "weight": "100"}],
    }
    with market.rows() as session:
        brief = operations.create_brief(session, actor=buyer.actor, draft=draft | changes, now=START)
        version = operations.submit_brief(
            session, actor=buyer.actor, brief_id=brief.id, policy=policy_at(START), now=START
        )
        decisions.approve_version(
            session, actor=build_operator(session).actor, version_id=version.id, now=START
        )
        return brief.id


class TestNewBrief:
    def test_begins_with_a_sentence(self, market, visitor):
        visitor.get("/briefs/new")
        answer = visitor.post("/briefs/new", {"title": "Six coffee people", "language": "ar"})
        assert answer.status_code == 303
        page = visitor.get(answer.location)
        assert 'value="Six coffee people"' in page.text

    def test_asks_for_the_sentence(self, visitor):
        visitor.get("/briefs/new")
        answer = visitor.post("/briefs/new", {"title": "  ", "language": "en"})
        assert answer.status_code == 422
        assert "error-summary" in answer.text


class TestReading:
    SENTENCE = "Coffee people in Jeddah show our set in 2 reels on Instagram, budget 9,000 SAR"

    def begin(self, visitor):
        visitor.get("/briefs/new")
        answer = visitor.post("/briefs/new", {"title": self.SENTENCE, "language": "en"})
        return answer.location.removesuffix("/edit").rsplit("/", 1)[-1]

    def test_fills_in_what_the_sentence_says(self, market, visitor):
        draft = stored(market, self.begin(visitor)).draft
        assert (draft["budget"], draft["currency"], draft["platforms"]) == ("9000", "SAR", ["instagram"])
        assert (draft["deliverables"][0]["kind"], draft["creator_countries"]) == ("reel", ["SA"])

    def test_shows_it_in_the_readers_language(self, market, visitor):
        page = visitor.get(f"/briefs/{self.begin(visitor)}/edit")
        assert "What we read in your text" in page.text
        assert "9,000" in page.text
        assert "Jeddah" in page.text

    def test_lets_the_field_win_and_offers_what_was_read(self, market, visitor):
        brief_id = self.begin(visitor)
        page = visitor.get(f"/briefs/{brief_id}/edit")
        typed = {"revision": revision_of(page), "title": self.SENTENCE, "budget": "4000", "currency": "SAR"}
        visitor.post(f"/briefs/{brief_id}/edit", typed)
        assert stored(market, brief_id).draft["budget"] == "4000"
        page = visitor.get(f"/briefs/{brief_id}/edit")
        assert 'name="use" value="budget"' in page.text
        visitor.post(f"/briefs/{brief_id}/edit", typed | {"revision": revision_of(page), "use": "budget"})
        assert stored(market, brief_id).draft["budget"] == "9000"

    def test_keeps_that_it_misread_and_does_not_ask_again(self, market, visitor):
        brief_id = self.begin(visitor)
        page = visitor.get(f"/briefs/{brief_id}/edit")
        typed = {"revision": revision_of(page), "title": self.SENTENCE, "budget": "4000", "refuse": "budget"}
        visitor.post(f"/briefs/{brief_id}/edit", typed)
        assert 'value="budget"' not in visitor.get(f"/briefs/{brief_id}/edit").text
        with market.rows() as session:
            row = session.scalars(select(BriefReadingAnswer)).one()
        assert (row.item, row.answer, row.read["budget"]) == ("budget", "refused", "9000")
        assert row.kept["budget"] == "4000"

    def test_says_so_when_the_text_does_not_say_it(self, visitor, brief_id):
        page = visitor.get(f"/briefs/{brief_id}/edit")
        answer = visitor.post(
            f"/briefs/{brief_id}/edit", {"revision": revision_of(page), "title": "First", "use": "budget"}
        )
        assert "does not say this any more" in visitor.get(answer.location).text

    def test_is_kept_when_the_brief_is_handed_in(self, market, buyer):
        brief_id = published(market, buyer, text=FORM["text"] + " Our budget is 5000 SAR.")
        with market.rows() as session:
            rows = session.scalars(select(BriefReadingAnswer).where(BriefReadingAnswer.brief_id == brief_id))
            answers = {row.item: row.answer for row in rows}
        assert answers["budget"] == "changed"


class TestEditor:
    def test_keeps_what_was_typed_and_stays(self, market, visitor, brief_id):
        page = visitor.get(f"/briefs/{brief_id}/edit")
        typed = FORM | {"revision": revision_of(page), "budget": "plenty & <b>more</b>"}
        answer = visitor.post(f"/briefs/{brief_id}/edit", typed)
        assert answer.status_code == 303
        page = visitor.get(answer.location)
        assert "plenty &amp; &lt;b&gt;more&lt;/b&gt;" in page.text
        assert stored(market, brief_id).status == "draft"

    def test_hands_in_a_complete_brief(self, market, visitor, brief_id):
        page = visitor.get(f"/briefs/{brief_id}/edit")
        answer = visitor.post(
            f"/briefs/{brief_id}/edit", FORM | {"revision": revision_of(page), "submit": "1"}
        )
        assert answer.location == f"/briefs/{brief_id}"
        assert stored(market, brief_id).status == "submitted"
        assert "An operator reads it" in visitor.get(answer.location).text

    def test_shows_every_problem_beside_its_field_and_keeps_the_text(self, market, visitor, brief_id):
        page = visitor.get(f"/briefs/{brief_id}/edit")
        typed = FORM | {
            "revision": revision_of(page),
            "submit": "1",
            "budget": "cheap",
            "deliverables-0-price": "1.505",
            "ends_on": "2027-01-01",
            "followers_max": "500000",
        }
        answer = visitor.post(f"/briefs/{brief_id}/edit", typed)
        assert answer.location == f"/briefs/{brief_id}/edit?check=1"
        page = visitor.get(answer.location)
        for field in ("budget", "deliverables-0-price", "ends_on", "followers_reason"):
            assert f'id="{field}-error"' in page.text, field
            assert f'href="#{field}"' in page.text, field
        assert 'value="cheap"' in page.text
        assert "75 days" in page.text
        assert stored(market, brief_id).status == "draft"

    def test_keeps_ways_around_the_platform_in_a_draft_and_refuses_to_hand_them_in(
        self, market, visitor, brief_id
    ):
        page = visitor.get(f"/briefs/{brief_id}/edit")
        typed = FORM | {
            "revision": revision_of(page),
            "text": f"{FORM['text']} ads@brand.example, 0501234567",
        }
        visitor.post(f"/briefs/{brief_id}/edit", typed)
        typed["revision"] = str(stored(market, brief_id).revision)
        answer = visitor.post(f"/briefs/{brief_id}/edit", typed | {"submit": "1"})
        assert stored(market, brief_id).status == "draft"
        assert "0501234567" in stored(market, brief_id).draft["text"]
        visitor.post("/language", {"language": "ar"})
        page = visitor.get(answer.location).text
        assert "عنوان البريد ورقم الهاتف" in page.split('id="text-error"')[1][:200]

    def test_adds_an_empty_row_without_javascript(self, visitor, brief_id):
        page = visitor.get(f"/briefs/{brief_id}/edit")
        answer = visitor.post(
            f"/briefs/{brief_id}/edit", FORM | {"revision": revision_of(page), "add": "deliverables"}
        )
        assert answer.location.endswith("#deliverables")
        assert 'name="deliverables-1-kind"' in visitor.get(answer.location).text

    @pytest.mark.parametrize("revision", ["", "x", "-1", "9" * 30])
    def test_survives_a_revision_that_is_none(self, visitor, brief_id, revision):
        visitor.get(f"/briefs/{brief_id}/edit")
        assert visitor.post(f"/briefs/{brief_id}/edit", FORM | {"revision": revision}).status_code == 409

    def test_refuses_more_than_a_brief_can_hold(self, visitor, brief_id):
        page = visitor.get(f"/briefs/{brief_id}/edit")
        typed = FORM | {"revision": revision_of(page), "text": "x" * 100_000}
        assert visitor.post(f"/briefs/{brief_id}/edit", typed).status_code == 413

    def test_leads_to_the_brief_once_it_is_handed_in(self, market, visitor, buyer):
        brief_id = published(market, buyer)
        assert visitor.get(f"/briefs/{brief_id}/edit").location == f"/briefs/{brief_id}"

    def test_shows_operators_notes_on_every_column(self, market, visitor, brief_id):
        with market.rows() as session:
            brief = session.get_one(Brief, brief_id)
            brief.status = "changes_requested"
            brief.field_notes = {column: {"en": f"Mind <{column}>.", "ar": "انتبه"} for column in NOTED}
        page = visitor.get(f"/briefs/{brief_id}/edit")
        assert [column for column in NOTED if f"Mind &lt;{column}&gt;." not in page.text] == []

    def test_has_no_hand_in_button_for_buyers(self, market, buyer, brief_id):
        with market.rows() as session:
            user = build_user(session)
            join_brand(session, brand=buyer.brand, user=user, role=BrandRole.BUYER)
        page = market.visit_as(user).get(f"/briefs/{brief_id}/edit")
        assert 'name="submit"' not in page.text

    def test_is_not_there_for_other_brands(self, market, brief_id):
        with market.rows() as session:
            other = build_brand(session)
        assert market.visit_as(other.user).get(f"/briefs/{brief_id}/edit").status_code == 404

    def test_asks_the_database_little(self, market, visitor, brief_id):
        with market.counting() as statements:
            visitor.get(f"/briefs/{brief_id}/edit")
        assert len(statements) <= SQL_MAX


class TestAutosave:
    def test_answers_the_saved_line_with_the_next_revision(self, market, visitor, brief_id):
        page = visitor.get(f"/briefs/{brief_id}/edit")
        answer = visitor.post(f"/briefs/{brief_id}/draft", FORM | {"revision": revision_of(page)})
        assert revision_of(answer) == "2"
        assert "<html" not in answer.text
        assert "SAR 1,500" in answer.text
        assert stored(market, brief_id).draft["product"] == "Cold brew set"

    def test_names_what_it_kept_and_could_not_understand(self, visitor, brief_id):
        page = visitor.get(f"/briefs/{brief_id}/edit")
        assert "not understood" not in page.text
        typed = FORM | {"revision": revision_of(page), "budget": "abc"}
        answer = visitor.post(f"/briefs/{brief_id}/draft", typed)
        assert re.search(r'href="#budget">[^<]*for example 1,250.50', answer.text)
        page = visitor.get(f"/briefs/{brief_id}/edit")
        assert re.search(r'id="budget-error">.*?for example 1,250.50.*value="abc"', page.text, re.DOTALL)

    def test_says_so_when_it_could_not_save(self, market, visitor, brief_id):
        visitor.get(f"/briefs/{brief_id}/edit")
        answer = visitor.post(f"/briefs/{brief_id}/draft", FORM | {"revision": "77"})
        assert 'role="alert"' in answer.text
        assert stored(market, brief_id).title == "First"


class TestBrief:
    def test_shows_price_counts_and_actions(self, market, visitor, buyer):
        page = visitor.get(f"/briefs/{published(market, buyer)}")
        for text in ("SAR 1,500", "0 of 2", "Close this brief", "Shows the whole brewing"):
            assert text in page.text, text

    @pytest.mark.parametrize(
        ("countries", "words"),
        [([], "at least 25% speak Arabic"), (["SA"], "at least 25% in Saudi Arabia; Arabic")],
    )
    def test_words_an_audience_of_a_language_without_a_country(
        self, market, visitor, buyer, countries, words
    ):
        brief_id = published(market, buyer, countries=countries, languages=["ar"], share="25")
        assert words in visitor.get(f"/briefs/{brief_id}").text

    def test_closes_with_a_reason(self, market, visitor, buyer):
        brief_id = published(market, buyer)
        page = visitor.get(f"/briefs/{brief_id}").text
        assert 'name="reason"' in page
        assert '<option selected value="filled">' not in page, "why is not chosen beforehand"
        assert '<option value="">' in page or '<option selected value="">' in page
        visitor.post(f"/briefs/{brief_id}/close", {"reason": "budget"})
        assert "The budget is gone" in visitor.get(f"/briefs/{brief_id}").text

    @pytest.mark.parametrize("reason", ["", "<script>"])
    def test_does_not_close_without_one(self, market, visitor, buyer, reason):
        brief_id = published(market, buyer)
        visitor.get(f"/briefs/{brief_id}")
        assert visitor.post(f"/briefs/{brief_id}/close", {"reason": reason}).status_code == 422
        assert stored(market, brief_id).status == "open"

    def test_pauses_and_resumes(self, market, visitor, buyer):
        brief_id = published(market, buyer)
        visitor.get(f"/briefs/{brief_id}")
        visitor.post(f"/briefs/{brief_id}/pause")
        assert stored(market, brief_id).status == "paused"
        visitor.post(f"/briefs/{brief_id}/resume")
        assert visitor.post(f"/briefs/{brief_id}/resume").status_code == 409

    def test_previews_an_empty_draft(self, visitor, brief_id):
        assert "not filled in yet" in visitor.get(f"/briefs/{brief_id}/preview").text


class TestOwnBriefs:
    def test_asks_the_database_the_same_for_one_and_for_many(self, market, visitor, buyer):
        published(market, buyer)
        with market.counting() as few:
            visitor.get("/briefs")
        for _n in range(6):
            published(market, buyer)
        with market.counting() as many:
            page = visitor.get("/briefs")
        assert page.text.count("0 of 2 booked") == 7
        assert len(few) == len(many) <= SQL_MAX


class TestOpenBriefs:
    @pytest.fixture
    def seller(self, market):
        with market.rows() as session:
            return build_influencer(session)

    def test_says_what_keeps_out_before_anybody_applies(self, market, buyer, seller):
        fits = published(market, buyer)
        other = published(
            market,
            buyer,
            title="A video for the web",
            platforms=["youtube"],
            deliverables=[{"kind": "long_video", "count": "1", "price": "1500"}],
        )
        guest = market.visit_as(seller.user)
        page = guest.get("/briefs/open")
        assert page.text.index(fits) < page.text.index(other)
        assert "You have no channel on a platform" in page.text
        assert "You cannot apply" in guest.get(f"/briefs/open/{other}").text
        assert "You cannot apply" not in guest.get(f"/briefs/open/{fits}").text

    def test_asks_the_database_the_same_for_one_and_for_many(self, market, buyer, seller):
        published(market, buyer)
        guest = market.visit_as(seller.user)
        with market.counting() as few:
            guest.get("/briefs/open")
        for _n in range(5):
            published(market, buyer)
        with market.counting() as many:
            guest.get("/briefs/open")
        assert len(few) == len(many) <= SQL_MAX

    def test_are_not_for_brands(self, visitor):
        assert visitor.get("/briefs/open").status_code == 403

    def test_hides_closed_ones_from_who_took_no_part(self, market, buyer, seller):
        brief_id = published(market, buyer)
        with market.rows() as session:
            operations.close_brief(session, actor=buyer.actor, brief_id=brief_id, reason="filled", now=START)
        assert market.visit_as(seller.user).get(f"/briefs/open/{brief_id}").status_code == 404
