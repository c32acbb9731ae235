"""A name of two places is asked about in the editor, and one press spells it so that it means one."""

import re

import pytest

from marketplace.briefs.models import Brief
from tests.builders.people import build_brand

REVISION = re.compile(r'name="revision"[^>]*value="(\d+)"')


@pytest.fixture
def visitor(market):
    with market.rows() as session:
        user = build_brand(session).user
    return market.visit_as(user)


def stored(market, brief_id):
    with market.rows() as session:
        return session.get_one(Brief, brief_id)


def revision_of(page):
    return REVISION.search(page.text).group(1)


class TestUnclearPlace:
    @pytest.mark.parametrize(
        ("kind", "spelt", "country", "city"), [("city", "عمّان", "JO", "Amman"), ("country", "عُمان", "OM", "")]
    )
    def test_is_asked_about_and_corrected_at_one_press(self, market, visitor, kind, spelt, country, city):
        visitor.get("/briefs/new")
        begun = {"title": "قهوة لأهل عمان", "language": "ar"}
        brief_id = visitor.post("/briefs/new", begun).location.removesuffix("/edit").rsplit("/", 1)[-1]
        page = visitor.get(f"/briefs/{brief_id}/edit")
        assert "unclear_places:country:عمان" in page.text
        assert ">Amman, Jordan</button>" in page.text
        pressed = {
            "revision": revision_of(page),
            "title": begun["title"],
            "use": f"unclear_places:{kind}:عمان",
        }
        visitor.post(f"/briefs/{brief_id}/edit", pressed)
        draft = stored(market, brief_id).draft
        assert (draft["title"], draft["creator_countries"]) == (f"قهوة لأهل {spelt}", [country])
        page = visitor.get(f"/briefs/{brief_id}/edit").text
        assert "unclear_places" not in page
        assert city in page
        again = pressed | {
            "revision": revision_of(visitor.get(f"/briefs/{brief_id}/edit")),
            "title": draft["title"],
        }
        answer = visitor.post(f"/briefs/{brief_id}/edit", again)
        assert "does not say this any more" in visitor.get(answer.location).text
