"""What operators read over the API: the audit trail, the books, fees, unusual figures, disputes, applicants' places."""

from datetime import timedelta

import pytest

from marketplace.authenticity.models import AuthenticityCheck, AuthenticityContest
from marketplace.authenticity.operations import contest_sign
from marketplace.matches.indexing import index_all
from marketplace.matches.operations import question_of, rank, store_run
from tests.builders.bookings import Stage, build_booking, confirm_money
from tests.builders.contests import build_contest
from tests.builders.market import build_brief
from tests.builders.people import build_brand, build_influencer, build_operator
from tests.clock import START
from tests.functional.api.problem_reading import wrong_fields

DAY = timedelta(days=1)


@pytest.fixture
def office(api):
    """The site with a program of each role of operators."""
    with api.rows() as session:
        people = {
            role: build_operator(session, role=role).user for role in ("reader", "finance", "senior", "admin")
        }
    api.people = people
    api.programs = {role: api.program(user) for role, user in people.items()}
    return api


@pytest.fixture
def deal(office):
    """A booking whose share is paid out."""
    with office.rows() as session:
        found = build_booking(session, stage=Stage.COMPLETED)
        confirm_money(session, found.booked)
    return found


def pages(program, path, *, limit):
    """All items of a list, page by page."""
    items, cursor = [], ""
    while True:
        page = program.read(f"{path}{'&' if '?' in path else '?'}limit={limit}{cursor}")
        assert len(page["items"]) <= limit
        items += page["items"]
        if page["next_cursor"] is None:
            return items
        cursor = f"&cursor={page['next_cursor']}"


class TestAuditTrail:
    def test_is_read_newest_first_each_entry_once(self, office, deal):
        reader = office.programs["reader"]
        whole = pages(reader, "/audit", limit=100)
        assert pages(reader, "/audit", limit=7) == whole
        numbers = [each["id"] for each in whole]
        assert numbers == sorted(set(numbers), reverse=True)
        assert len(numbers) > 20

    def test_is_that_of_a_subject_or_of_an_actor(self, office, deal):
        reader, brand = office.programs["reader"], deal.brand.user
        of_booking = reader.read(f"/audit?subject_id={deal.booked.id}")["items"]
        assert {each["subject_id"] for each in of_booking} == {deal.booked.id}
        by_brand = reader.read(f"/audit?actor_id={brand.id}&limit=100")["items"]
        assert {each["actor_name"] for each in by_brand} == {brand.display_name}
        accepted = next(each for each in by_brand if each["action"] == "quote.accepted")
        assert accepted["title"] == "The quote was accepted"
        assert reader.read("/audit?subject_id=nobody")["items"] == []

    @pytest.mark.parametrize("cursor", ["x", "ZnJvbSAy", "é"])
    def test_goes_on_from_its_own_cursors_alone(self, office, cursor):
        answer = office.programs["reader"].get(f"/audit?cursor={cursor}")
        assert (answer.status_code, list(wrong_fields(answer.get_json()))) == (422, ["cursor"])


class TestLedger:
    def test_is_told_by_kind_of_account_and_proven(self, office, deal):
        finance = office.programs["finance"]
        books = finance.read("/ledger")
        by_group = {each["group"]: each["balance"] for each in books["totals"]}
        net = deal.booked.net_minor
        assert by_group["custody:balance"] == {"amount_minor": net, "currency": "SAR"}
        assert books["held"] == []
        proof = finance.read("/ledger/verification")
        assert (proof["is_sound"], proof["explained_bps"], proof["problems"]) == (True, 10_000, [])
        assert proof["entry_count"] == books["entry_count"] > 0

    def test_has_what_is_held_until_it_moves(self, office):
        with office.rows() as session:
            held = build_booking(session, stage=Stage.FUNDED).booked
        (amount,) = office.programs["finance"].read("/ledger")["held"]
        assert amount == {"amount_minor": held.total_minor, "currency": held.currency}

    def test_balances_stand_account_by_account_each_once(self, office, deal):
        finance = office.programs["finance"]
        whole = pages(finance, "/ledger/balances", limit=100)
        assert pages(finance, "/ledger/balances", limit=2) == whole
        names = [each["account"] for each in whole]
        assert names == sorted(names)
        below = pages(finance, "/ledger/balances?account=custody:", limit=1)
        assert [each["account"] for each in below] == [name for name in names if name.startswith("custody:")]
        one = finance.read(f"/ledger/balances?account={names[0]}")["items"]
        assert one == whole[:1]

    def test_balances_of_a_past_day_leave_out_what_came_later(self, office, deal):
        finance, before = office.programs["finance"], (START - DAY).date()
        assert finance.read(f"/ledger/balances?until={before}")["items"] == []
        assert finance.read(f"/ledger/balances?until={START.date()}")["items"] != []

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("balances?account=liab:held", "account"),
            ("balances?account=all:", "account"),
            ("balances?until=yesterday", "until"),
            ("balances?cursor=U0FSIGFsbDp4", "cursor"),
            ("statement?party=booking&ref=none", "ref"),
            ("statement?party=nobody&ref=00000000000000000000", "party"),
            ("statement?party=booking", "ref"),
        ],
    )
    def test_refuses_what_names_no_account(self, office, query, field):
        answer = office.programs["finance"].get(f"/ledger/{query}")
        assert (answer.status_code, list(wrong_fields(answer.get_json()))) == (422, [field])

    def test_statement_has_the_balance_after_each_line(self, office, deal):
        finance = office.programs["finance"]
        path = f"/ledger/statement?party=booking&ref={deal.booked.id}"
        lines = pages(finance, path, limit=100)
        assert pages(finance, path, limit=1) == lines
        balance = 0
        for line in lines:
            balance += line["amount"]["amount_minor"]
            assert line["balance"]["amount_minor"] == balance
        assert (lines[0]["kind"], balance) == ("funded", 0)
        later = (START + DAY).date()
        opening, *rest = finance.read(
            f"/ledger/statement?party=payee&ref={deal.influencer.influencer.id}&since={later}"
        )["items"]
        assert (opening["kind"], opening["at"], rest) == ("opening", None, [])
        assert opening["balance"]["amount_minor"] == deal.booked.net_minor

    def test_entries_of_a_booking_balance_and_name_their_calls(self, office, deal):
        senior = office.programs["senior"]
        found = senior.read(f"/bookings/{deal.booked.id}/ledger")
        for entry in found["entries"]:
            assert sum(leg["amount"]["amount_minor"] for leg in entry["legs"]) == 0
        calls = {each["id"]: each for each in found["calls"]}
        assert {each["call_id"] for each in found["entries"] if each["call_id"]} <= set(calls)
        assert senior.read(f"/calls/{next(iter(calls))}") == next(iter(calls.values()))
        assert found["entries"][0]["kind"] == "funded"

    def test_as_a_whole_is_for_finance(self, office, deal):
        for path in ("/ledger", "/ledger/verification", "/ledger/balances"):
            assert office.programs["senior"].get(path).status_code == 403
            assert office.program(deal.brand.user).get(path).status_code == 403
        assert office.programs["reader"].get(f"/bookings/{deal.booked.id}/ledger").status_code == 403


class TestFees:
    def test_are_read_with_the_page_on_which_a_change_is_proposed(self, office):
        (first,) = office.programs["reader"].read("/fees")["items"]
        assert (first["is_in_force"], first["is_coming"], first["proposed_by"]) == (True, False, None)
        assert [tier["bps"] for tier in first["tiers"]] == [1_000, 800, 600]
        (sar,) = [each for each in first["bounds"] if each["currency"] == "SAR"]
        assert sar["minimum"] == {"amount_minor": 200, "currency": "SAR"}
        assert first["page_url"].endswith("/operate/fees")
        assert office.programs["admin"].post("/fees", {}).status_code == 405


class TestDisputes:
    def test_are_listed_with_what_they_wait_for(self, office):
        with office.rows() as session:
            deal, contest = build_contest(session)
            build_contest(session)
        reader = office.programs["reader"]
        rows = pages(reader, "/disputes", limit=1)
        assert rows == pages(reader, "/disputes", limit=5)
        (row,) = [each for each in rows if each["contest_id"] == contest.id]
        assert (row["booking_id"], row["waits_for"]) == (deal.booked.id, "evidence")
        assert reader.read(f"/bookings/{row['booking_id']}")["id"] == deal.booked.id
        assert office.program(deal.brand.user).get("/disputes").status_code == 403


class TestPlace:
    def test_of_an_applicant_is_told_to_the_brand_and_not_to_the_applicant(self, office):
        with office.rows() as session:
            brand, people = build_brand(session), [build_influencer(session) for _number in range(2)]
            briefs = [build_brief(session, brand, title=title) for title in ("Cold brew", "Warm brew")]
        index_all(office.services, progress=lambda *_counts: None)
        with office.rows() as session:
            for brief in briefs:
                answer = rank(
                    question_of(session, brief.version), search=office.services.need_search(), now=START
                )
                run = store_run(session, answer, user_id=brand.user.id)
        owner, applicants = office.program(brand.user), [office.program(each.user) for each in people]
        for number, brief in enumerate(briefs):
            made = applicants[number].do(
                f"/open-briefs/{brief.brief.id}/applications", {"pitch": "I brew."}, status=201
            )
            assert made["place"] is None
        rows = {row["brief"]["id"]: row for row in owner.read("/applications")["items"]}
        for number, brief in enumerate(briefs):
            row = rows[brief.brief.id]
            assert row["influencer"]["id"] == people[number].influencer.id
            assert (row["place"]["pool_size"], row["place"]["rank"] in (1, 2)) == (2, True)
            assert owner.read(f"/applications/{row['id']}") == row
            assert office.programs["reader"].read(f"/applications/{row['id']}")["place"] == row["place"]
        assert rows[briefs[1].brief.id]["place"]["run_id"] == run.id

    def test_that_was_never_worked_out_is_none(self, office):
        with office.rows() as session:
            brand, person = build_brand(session), build_influencer(session)
            brief = build_brief(session, brand)
        office.program(person.user).do(
            f"/open-briefs/{brief.brief.id}/applications", {"pitch": "I brew."}, status=201
        )
        (row,) = office.program(brand.user).read("/applications")["items"]
        assert row["place"] is None


class TestContestedFigure:
    def test_is_judged_as_a_case_with_its_evidence(self, office, contested):
        senior = office.programs["senior"]
        (line,) = senior.read("/moderation/cases?subject_type=authenticity")["items"]
        path = f"/moderation/cases/{line['case_id']}"
        case = senior.do(f"{path}/claim")
        assert case["fields_now"]["evidence"] == "https://news.example/piece"
        assert case["fields_now"]["statement"] == "A paper wrote about me."
        policy = senior.read("/moderation/policies")["items"][0]["code"]
        body = {
            "action": "approve",
            "policy_code": policy,
            "reason_en": "The piece explains the gain.",
            "reason_ar": "المقال يفسّر الزيادة.",
            "revision": case["revision"],
        }
        assert senior.do(f"{path}/decide", body)["status"] == "decided"
        with office.rows() as session:
            assert session.get_one(AuthenticityContest, contested).status == "accepted"

    @pytest.fixture
    def contested(self, office):
        """An unusual figure that its owner explained; its case is open."""
        with office.rows() as session:
            person = build_influencer(session)
            session.add(
                AuthenticityCheck(
                    influencer_id=person.influencer.id,
                    platform="instagram",
                    band=1,
                    measured={"comments": 1.0},
                    signs=[
                        {
                            "name": "comments",
                            "state": "unusual",
                            "value": 1.0,
                            "percentile": 0.99,
                            "peers": 60,
                            "weight": 0.9,
                        }
                    ],
                    value=0.5,
                    document_version=1,
                    measured_at=START,
                    judged_at=START,
                )
            )
            session.flush()
            contest = contest_sign(
                session,
                actor=person.actor,
                influencer_id=person.influencer.id,
                sign="comments",
                statement="A paper wrote about me.",
                evidence_url="https://news.example/piece",
                now=START,
            )
        office.worker.settle()
        return contest.id

    def test_is_listed_for_operators_with_its_signs(self, office, contested):
        (line,) = office.programs["reader"].read("/authenticity")["items"]
        assert (line["value"], [sign["state"] for sign in line["signs"]]) == (0.5, ["unusual"])
