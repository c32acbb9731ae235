"""What operators do over the API beside cases: bookings stopped, posts looked at, calls and shares sent again, formulas tried."""

import re

import pytest

from marketplace.bookings.models import Strike
from payments.escrow import SideStatus
from payments.models import EscrowPartRow, MoneyOperation
from payments.settlement import refuse_operation
from payments.statuses import OperationState
from tests.builders.bookings import Stage, build_booking, confirm_money, deliverables_of
from tests.builders.contests import build_post_contest
from tests.builders.people import build_operator
from tests.functional.api.problem_reading import code_of, wrong_fields

FOUND = {"reason_en": "We opened it twice.", "reason_ar": "فتحناه مرتين."}
NOTES = {"note_en": "Specialism counts less.", "note_ar": "صار التخصص أخف."}


@pytest.fixture
def office(api):
    """The site with a program of each role of operators."""
    with api.rows() as session:
        roles = ("reader", "moderator", "finance", "senior", "admin")
        people = {role: build_operator(session, role=role).user for role in roles}
    api.programs = {role: api.program(user) for role, user in people.items()}
    return api


class TestFreeze:
    @pytest.fixture
    def path(self, office):
        with office.rows() as session:
            office.deal = build_booking(session, stage=Stage.ACTIVE)
        return f"/bookings/{office.deal.booked.id}"

    def test_stops_a_booking_until_it_goes_on(self, office, path):
        senior, brand = office.programs["senior"], office.program(office.deal.brand.user)
        tag = senior.get(path).headers["ETag"]
        frozen = senior.do(f"{path}/freeze", {"reason": "The bank asks."})
        assert (frozen["frozen_reason"], "unfreeze" in frozen["actions"]) == ("The bank asks.", True)
        assert brand.read(path)["frozen_reason"] == "The bank asks."
        due = frozen["deliverables"][0]["due_at"]
        again = senior.post(f"{path}/freeze", {"reason": "Again."})
        assert again.status_code == 409
        late = senior.post(f"{path}/unfreeze", headers={"If-Match": tag})
        assert late.status_code == 412
        office.clock.advance(hours=5)
        goes_on = office.programs["finance"].do(f"{path}/unfreeze")
        assert goes_on["frozen_at"] is None
        assert goes_on["deliverables"][0]["due_at"] > due
        assert senior.post(f"{path}/unfreeze").status_code == 409

    def test_has_a_reason_and_is_for_who_may(self, office, path):
        answer = office.programs["senior"].post(f"{path}/freeze", {"reason": " "})
        assert (answer.status_code, list(wrong_fields(answer.get_json()))) == (422, ["reason"])
        others = [office.programs["moderator"], office.program(office.deal.brand.user)]
        assert {each.post(f"{path}/freeze", {"reason": "x"}).status_code for each in others} == {403}
        assert office.programs["senior"].read(path)["frozen_at"] is None


class TestPost:
    def test_that_stayed_up_undoes_the_report_and_its_strike(self, office):
        with office.rows() as session:
            deal, contest = build_post_contest(session)
        moderator, path = office.programs["moderator"], f"/deliverables/{contest.deliverable_id}/restore-post"
        missing = moderator.post(path, {"reason_en": "We opened it."})
        assert (missing.status_code, list(wrong_fields(missing.get_json()))) == (422, ["reason_ar"])
        found = moderator.do(path, FOUND)
        (work,) = [each for each in found["deliverables"] if each["id"] == contest.deliverable_id]
        assert (work["publications"][-1]["status"], work["contest"]["closed_how"]) == (
            "confirmed",
            "operator",
        )
        with office.rows() as session:
            assert [each.withdrawn_at is None for each in session.query(Strike)] == [False]
        assert moderator.post(path, FOUND).status_code == 409
        assert office.program(deal.brand.user).post(path, FOUND).status_code == 403

    def test_that_is_gone_opens_a_contest_that_another_operator_decides(self, office):
        with office.rows() as session:
            deal = build_booking(session, stage=Stage.COMPLETED)
            confirm_money(session, deal.booked)
            work_id = deliverables_of(session, deal.booked)[0].id
        path = f"/deliverables/{work_id}/report-found-gone"
        found = office.programs["moderator"].do(path, FOUND, status=201)
        (work,) = [each for each in found["deliverables"] if each["id"] == work_id]
        assert (work["contest"]["kind"], work["contest"]["opened_side"]) == ("taken_down", "operator")
        assert office.programs["moderator"].post(path, FOUND).status_code == 409
        assert office.programs["reader"].post(path, FOUND).status_code == 403


class TestCall:
    @pytest.fixture
    def call(self, office):
        """A share whose sending was not answered."""
        with office.rows() as session:
            office.deal = build_booking(session, stage=Stage.RELEASING)
            row = session.query(MoneyOperation).filter_by(kind="release").first()
            row.state = OperationState.UNKNOWN
            return f"/calls/{row.id}"

    def test_of_unknown_outcome_is_asked_about_again(self, office, call):
        finance = office.programs["finance"]
        (line,) = finance.read("/calls")["items"]
        assert finance.read(call) == line
        assert (line["state"], line["kind"]) == ("unknown", "release")
        assert finance.do(f"{call}/ask-again")["id"] == line["id"]
        with office.rows() as session:
            session.get_one(MoneyOperation, line["id"]).state = OperationState.CONFIRMED
        assert finance.post(f"{call}/ask-again").status_code == 409
        assert finance.read("/calls")["items"] == []
        assert finance.get("/calls?view=mine").status_code == 422

    def test_is_for_who_acts_on_money_and_a_key_with_its_scope(self, office, call):
        assert office.programs["moderator"].post(f"{call}/ask-again").status_code == 403
        with office.rows() as session:
            user = build_operator(session, role="finance").user
        answer = office.program(user, "read", "write").post(f"{call}/ask-again")
        assert (answer.status_code, code_of(answer)) == (403, "scope_missing")

    def test_that_is_not_there_is_not_found(self, office):
        finance = office.programs["finance"]
        for path in ("/calls/none", "/claims/none", "/chargebacks/du_none"):
            assert finance.get(path).status_code == 404
        for path in ("/calls/none/ask-again", "/claims/none/recover", "/chargebacks/du_none/evidence"):
            assert finance.post(path).status_code == 404


class TestWaitingMoney:
    def test_is_sent_again(self, office):
        with office.rows() as session:
            deal = build_booking(session, stage=Stage.RELEASING)
            work_id = deliverables_of(session, deal.booked)[0].id
            part = session.query(EscrowPartRow).filter_by(part_ref=work_id).one()
            operation = session.query(MoneyOperation).filter_by(part_id=part.id).one()
            operation.state = OperationState.SENT
            refuse_operation(
                session, operation_id=operation.id, code="account_closed", message="", now=office.clock()
            )
        finance = office.programs["finance"]
        (share,) = [
            each for each in finance.read("/waiting-money")["items"] if each["deliverable_id"] == work_id
        ]
        assert share["reason_text"] != ""
        assert share["page_url"].endswith("/operate/waiting-money")
        path = f"/deliverables/{work_id}/retry-money"
        assert office.programs["reader"].post(path).status_code == 403
        assert office.programs["moderator"].post(path).status_code == 403
        assert finance.do(path)["id"] == deal.booked.id
        with office.rows() as session:
            assert session.get_one(EscrowPartRow, part.id).release_status is SideStatus.IN_TRANSIT


class TestChargeback:
    def test_is_answered_once_with_what_the_record_says(self, office):
        with office.rows() as session:
            deal = build_booking(session, stage=Stage.ACCEPTED)
        brand, path = office.program(deal.brand.user), f"/bookings/{deal.booked.id}/payment"
        brand.post(path)
        office.work()
        office.pay(deal.booked.id)
        office.work()
        office.dispute(deal.booked.id)
        office.work()
        finance = office.programs["finance"]
        (line,) = finance.read("/chargebacks")["items"]
        assert (line["booking_id"], line["status"]) == (deal.booked.id, "open")
        one = f"/chargebacks/{line['id']}"
        found = finance.read(one)
        assert deal.brand.brand.name in found["evidence"]["customer_name"]
        assert office.programs["moderator"].post(f"{one}/evidence").status_code == 403
        assert finance.do(f"{one}/evidence")["id"] == line["id"]
        office.work()
        assert finance.read(one)["evidence_sent_at"] is not None
        assert finance.post(f"{one}/evidence").status_code == 409
        assert finance.read("/chargebacks?is_open=false")["items"] == []


class TestFormula:
    @pytest.fixture
    def admin(self, office):
        office.work()  # the packaged versions are stored
        return office.programs["admin"]

    def test_is_drafted_tried_in_shadow_and_put_in_force(self, office, admin):
        present = next(each for each in admin.read("/formulas")["items"] if each["status"] == "in_force")
        made = admin.do("/formulas", {"weights": {"specialism": 0.5}, **NOTES}, status=201)
        assert re.fullmatch(r"s\d+", made["version"])
        assert made["weights"] == {**present["weights"], "specialism": 0.5}
        assert [(each["group"], each["name"], each["then"]) for each in made["changes"]] == [
            ("weights", "specialism", 0.5)
        ]
        path = f"/formulas/{made['version']}"
        early = admin.post(f"{path}/switch")
        assert (early.status_code, code_of(early)) == (409, "formula_trial_missing")
        assert admin.do(f"{path}/trial", status=202)["trial"] is None
        office.work()
        tried = admin.read(path)
        assert tried["trial"]["against"] == present["version"]
        assert admin.do(f"{path}/switch")["status"] == "in_force"
        assert office.programs["reader"].read(f"/formulas/{present['version']}")["status"] == "retired"
        assert admin.post(f"{path}/switch").status_code == 409

    @pytest.mark.parametrize(
        ("body", "fields"),
        [
            ({"weights": {"fame": 1.0}}, ["weights.fame"]),
            ({"weights": {"specialism": 9}}, ["weights.specialism"]),
            ({"neutral": {"price": 2}}, ["neutral.price"]),
            ({"weights": {"specialism": "0.5"}}, ["weights.specialism.value"]),
            ({"weights": {"specialism": True}}, ["weights.specialism.value"]),
            ({}, ["weights"]),
            ({"weights": {"specialism": 0.5}, "note_ar": ""}, ["note_ar"]),
        ],
    )
    def test_says_which_number_cannot_be_used(self, admin, body, fields):
        answer = admin.post("/formulas", {**NOTES, **body})
        assert (answer.status_code, list(wrong_fields(answer.get_json()))) == (422, fields)

    def test_is_read_by_operators_and_changed_by_administrators(self, office, admin):
        version = admin.read("/formulas")["items"][0]["version"]
        reader = office.programs["reader"]
        assert reader.read(f"/formulas/{version}")["version"] == version
        assert reader.get("/formulas/v99").status_code == 404
        for path in (f"/formulas/{version}/trial", f"/formulas/{version}/switch"):
            assert office.programs["senior"].post(path).status_code == 403
