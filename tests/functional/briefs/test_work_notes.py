"""The editor names platforms that do not have the work that a brief asks for."""

from tests.functional.briefs.test_editor import FORM, brief_id, buyer, revision_of, visitor

__all__ = ["brief_id", "buyer", "visitor"]


class TestWork:
    def test_that_a_platform_does_not_have_is_named(self, visitor, brief_id):
        page = visitor.get(f"/briefs/{brief_id}/edit")
        platforms = ["instagram", "youtube", "snapchat"]
        for pricing in ("listing", "fixed"):
            changed = FORM | {"platforms": platforms, "pricing": pricing, "revision": revision_of(page)}
            page = visitor.get(visitor.post(f"/briefs/{brief_id}/edit", changed).location)
            assert "Reel does not exist on: YouTube, Snapchat." in page.text
            assert "Whoever is only there is left out" in page.text

    def test_that_all_have_needs_no_word(self, visitor, brief_id):
        page = visitor.get(f"/briefs/{brief_id}/edit")
        changed = FORM | {"revision": revision_of(page)}
        page = visitor.get(visitor.post(f"/briefs/{brief_id}/edit", changed).location)
        assert "does not exist on" not in page.text
