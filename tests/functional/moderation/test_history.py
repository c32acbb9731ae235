"""What happened to a subject before, as operators read it."""

from tests.functional.moderation.deciding import DECISION, decided


class TestReasons:
    def test_of_decisions_stand_in_the_reader_s_language(self, desk):
        visitor, _answer = decided(desk)
        assert DECISION["reason_en"] in visitor.get("/operate/audit").text
        visitor.post("/language", {"language": "ar"})
        for path in ("/operate/audit", f"/operate/cases/{desk.case.id}"):
            page = visitor.get(path).text
            assert DECISION["reason_ar"] in page
            assert DECISION["reason_en"] not in page
