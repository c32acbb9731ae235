"""What stays readable of a dispute once its money is decided: by a ruling that stood, or by something else."""

import re

import pytest

from marketplace.bookings import joint_decisions
from marketplace.disputes import queries
from payments import operations
from tests.builders.bookings import open_payout_account
from tests.builders.contests import copy_contest
from tests.builders.people import build_brand
from tests.functional.disputes.operating import operator, ruling


class TestTakenUp:
    def test_says_after_a_restore_what_ended_it_and_asks_nobody_to_look(self, answered):
        """What is left of a contest is what the copy knew: no two operators divided anything here."""
        paths = (f"/bookings/{answered.deal.booked.id}", f"{answered.path}/dispute")

        def first_work():
            return [answered.brand.get(path).text.split('id="work-2"')[0] for path in paths]

        waiting = re.compile(r"Version 1</strong>(?:(?!</div>).)*Waiting", re.DOTALL)
        assert all(waiting.search(page) for page in first_work())
        with answered.rows() as session:
            open_payout_account(session, answered.deal.influencer)
            part = {"part_ref": answered.work_id, "share_bps": 4_000, "now": answered.clock()}
            operations.release_part(session, booking_ref=answered.deal.booked.id, **part)
            joint_decisions.on_decision_taken_up(session, **part)
        for page in first_work():
            assert "before our records were restored counts again, and this dispute ended" in page
            assert "Two operators" not in page
            assert "Version 1" in page
            assert not waiting.search(page)


class TestPastRulings:
    def test_names_nobody(self, answered):
        name = answered.deal.influencer.influencer.name
        handle = answered.deal.influencer.influencer.handle
        brand_name = answered.deal.brand.brand.name
        text = f"{name} (@{handle}) showed the set of {brand_name}."
        operator(answered).post(f"{answered.path}/dispute/rule", ruling(reason_en=text))
        assert (
            "showed the set" not in answered.brand.get("/disputes/decided").text
        )  # it may still be appealed
        answered.brand.post(f"{answered.path}/dispute/accept")
        answered.influencer.post(f"{answered.path}/dispute/accept")
        with answered.rows() as session:
            stranger = build_brand(session).user
        page = answered.visit_as(stranger).get("/disputes/decided?kind=label").text
        assert "showed the set" in page
        for secret in (name, handle, brand_name):
            assert secret not in page
        assert "showed the set" not in answered.brand.get("/disputes/decided?kind=length").text
        assert "showed the set" not in answered.brand.get("/disputes/decided?words=nothing").text
        assert "showed the set" in answered.brand.get("/disputes/decided?words=showed+set").text

    def test_shows_what_was_decided_on_appeal_once_with_the_last_verdict(self, answered):
        operator(answered).post(f"{answered.path}/dispute/rule", ruling())
        answered.influencer.post(f"{answered.path}/dispute/appeal", {"text": "Look again"})
        second = operator(answered, 1)
        second.post(f"{answered.path}/dispute/rule", ruling("met", reason_en="Found it after all."))
        page = answered.brand.get("/disputes/decided").text
        assert page.count("Found it after all.") == 1  # both rulings are of the same instant here
        assert "not met" not in page

    @pytest.mark.parametrize("end", ["decision", "restore", "chargeback"])
    def test_leave_out_what_something_else_overtook(self, answered, end):
        operator(answered).post(f"{answered.path}/dispute/rule", ruling())
        for side in (answered.brand, answered.influencer):
            side.post(f"{answered.path}/dispute/accept")
        with answered.rows() as session:
            copy_contest(session, reason_en="Never carried out.", closed_how=end)
        page = answered.brand.get("/disputes/decided").text
        assert "Mostly done." in page
        assert "Never carried out." not in page

    def test_go_on_where_a_page_ended_also_among_rulings_of_one_instant(self, answered, monkeypatch):
        monkeypatch.setattr(queries, "PAGE", 1)
        operator(answered).post(f"{answered.path}/dispute/rule", ruling())
        for side in (answered.brand, answered.influencer):
            side.post(f"{answered.path}/dispute/accept")
        with answered.rows() as session:
            for number in range(2):
                copy_contest(session, reason_en=f"Ruling {number}.")
        path, seen = "/disputes/decided", []
        while path:
            page = answered.brand.get(path).text
            seen += re.findall(r"Mostly done\.|Ruling \d\.", page)
            following = re.search(r'href="(/disputes/decided\?[^"]*after=[^"]*)"', page)
            path = following.group(1).replace("&amp;", "&") if following else None
        assert sorted(seen) == ["Mostly done.", "Ruling 0.", "Ruling 1."]
