"""A brief saved from an older window: nothing is overwritten without a choice, and nothing typed is lost."""

import re

from marketplace.briefs import operations
from marketplace.briefs.models import Brief
from tests.clock import START
from tests.functional.briefs.test_editor import FORM, brief_id, buyer, revision_of, stored, visitor

__all__ = ["brief_id", "buyer", "visitor"]


class TestEditor:
    def test_tells_when_somebody_else_saved_and_keeps_both_texts(self, market, visitor, brief_id, buyer):
        page = visitor.get(f"/briefs/{brief_id}/edit")
        with market.rows() as session:
            operations.autosave_draft(
                session, actor=buyer.actor, brief_id=brief_id, draft={"title": "Theirs"}, now=START
            )
        answer = visitor.post(
            f"/briefs/{brief_id}/edit", FORM | {"revision": revision_of(page), "title": "Mine"}
        )
        assert answer.status_code == 409
        assert 'value="Mine"' in answer.text
        for told in ("Somebody saved this meanwhile", "<bdi>Title</bdi>", f'href="/briefs/{brief_id}/edit"'):
            assert told in answer.text
        typed = FORM | {"revision": revision_of(answer), "title": "Mine"}
        assert visitor.post(f"/briefs/{brief_id}/edit", typed).status_code == 409
        assert visitor.post(f"/briefs/{brief_id}/draft", typed).status_code == 200
        assert stored(market, brief_id).title == "Theirs"  # neither saving again nor autosave is a choice
        chosen = re.findall(r'name="instead_of" value="(\d+)"', answer.text)[0]
        assert visitor.post(f"/briefs/{brief_id}/edit", typed | {"instead_of": chosen}).status_code == 303
        assert stored(market, brief_id).title == "Mine"

    def test_stops_saving_by_itself_once_somebody_else_saved_and_says_so_once(
        self, market, visitor, brief_id
    ):
        typed = {"revision": revision_of(visitor.get(f"/briefs/{brief_id}/edit")), "title": "Here"}
        visitor.post(f"/briefs/{brief_id}/draft", typed | {"title": "There"})
        told = visitor.post(f"/briefs/{brief_id}/draft", typed)
        assert (told.status_code, revision_of(told)) == (200, typed["revision"])
        assert "Keep mine, replace the other" in told.text
        assert "data-focus" not in told.text  # nobody is taken away from where they type
        mark = re.findall(r'name="told" value="(\d+)"', told.text)[0]
        assert visitor.post(f"/briefs/{brief_id}/draft", typed | {"told": mark}).status_code == 204
        assert stored(market, brief_id).title == "There"

    def test_tells_it_in_arabic(self, visitor, brief_id):
        visitor.post("/language", {"language": "ar"})
        typed = {"revision": revision_of(visitor.get(f"/briefs/{brief_id}/edit")), "title": "هنا"}
        visitor.post(f"/briefs/{brief_id}/draft", typed | {"title": "هناك"})
        told = visitor.post(f"/briefs/{brief_id}/draft", typed).text
        assert "Somebody saved this meanwhile" not in told
        assert "العنوان" in told

    def test_keeps_what_was_typed_when_it_was_handed_in_meanwhile(self, market, visitor, brief_id):
        page = visitor.get(f"/briefs/{brief_id}/edit")
        with market.rows() as session:
            session.get_one(Brief, brief_id).status = "submitted"
        typed = FORM | {"revision": revision_of(page), "title": "Typed late"}
        answer = visitor.post(f"/briefs/{brief_id}/edit", typed)
        assert (answer.status_code, 'value="Typed late"' in answer.text) == (409, True)
        assert "form-error" in visitor.post(f"/briefs/{brief_id}/draft", typed).text
