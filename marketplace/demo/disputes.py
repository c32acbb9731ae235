"""Bookings of one brief that end in disputes, one at every step, and in a chargeback."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from marketplace.bookings import operations as bookings
from marketplace.bookings.contests import find_contest
from marketplace.bookings.rulings import RulingInput
from marketplace.demo import deals as acts
from marketplace.demo.briefs import SeededBrief, open_brief, seed_brief
from marketplace.demo.content import content
from marketplace.demo.people import brand_email, influencer_email, operator_email
from marketplace.demo.stage import Stage
from marketplace.demo.world import InfluencerPlan, WorldPlan
from marketplace.disputes.operations import decide_contest
from payments.queries import find_charge_id

Scene = Callable[[Stage, SeededBrief, str, InfluencerPlan], None]
#: the brief of the story whose brand and dates are taken
BASIS = 20
BRIEF: dict[str, Any] = {
    "title": "A travel spray, tried for a week",
    "product": "Naqaa travel spray",
    "text": "Carry the spray for a week, show it in real use and say honestly how long the scent lasts.",
    "seats": "6",
    "budget": "20000",
}
ASKED = 16
REST = timedelta(minutes=20)
NOT_MET = (
    "The disclosure is missing in the first line; the rest was done as agreed.",
    "الإفصاح غير موجود في السطر الأول، وما سواه أُنجز كما اتُّفق عليه.",
)
MET = (
    "The word stands in the first line of the version that was handed in last.",
    "كلمة الإعلان في السطر الأول من آخر نسخة سُلِّمت.",
)


def play_disputes(stage: Stage, world: WorldPlan) -> None:
    """Book a few people for one brief and let each booking stop at another step of a dispute."""
    seeded = seed_brief(stage, world, BASIS, **BRIEF)
    open_brief(stage, seeded)
    scenes: tuple[Scene, ...] = (_rule, _charge_back, _appeal, _accept, _give_evidence, _rule_appeal)
    applied = acts.apply_all(stage, seeded, _people(world, seeded.topic))
    for play, (application_id, person) in zip(scenes, applied, strict=False):
        booking_id = acts.book(stage, seeded, application_id)
        acts.pay(stage, seeded.brand, booking_id)
        play(stage, seeded, booking_id, person)
        stage.pass_time(REST)


def _people(world: WorldPlan, topic: str) -> list[InfluencerPlan]:
    """Return who is asked: people of the topic first, then of the story's other topics, for a small world has few."""
    topics = (topic, *(brief["topic"] for brief in content("briefs")["briefs"]))
    people = {
        person.number: person for each in topics for person in acts.candidates(world, each, limit=ASKED)
    }
    return list(people.values())[:ASKED]


def _contest(stage: Stage, seeded: SeededBrief, booking_id: str, person: InfluencerPlan) -> str:
    acts.deliver(stage, booking_id, person)
    deliverable_id = acts.deliverable_ids(stage, booking_id)[0]
    with stage.scene() as session:
        contest = bookings.open_contest(
            session,
            actor=stage.actor(session, brand_email(seeded.brand)),
            deliverable_id=deliverable_id,
            criteria=[acts.first_criterion(session, booking_id)],
            statement="Nothing in the first line says that this is advertising.",
            now=stage.clock(),
        )
        return contest.id


def _give_evidence(stage: Stage, seeded: SeededBrief, booking_id: str, person: InfluencerPlan) -> None:
    contest_id = _contest(stage, seeded, booking_id, person)
    for email, text in (
        (influencer_email(person.number), "كلمة «إعلان» ظاهرة على الصورة في أول ثانيتين."),
        (brand_email(seeded.brand), "We looked on two phones: the first line does not say it."),
    ):
        with stage.scene() as session:
            bookings.add_evidence(
                session,
                actor=stage.actor(session, email),
                contest_id=contest_id,
                text=text,
                links=["https://video.example.test/draft"],
                now=stage.clock(),
            )
    stage.settle()


def _rule(stage: Stage, seeded: SeededBrief, booking_id: str, person: InfluencerPlan) -> None:
    """Rule once the influencer has answered: before that nothing is taken from them."""
    contest_id = _contest(stage, seeded, booking_id, person)
    answer = "كلمة «إعلان» في آخر سطر، بعد الوسوم."
    with stage.scene() as session:
        actor = stage.actor(session, influencer_email(person.number))
        bookings.add_evidence(session, actor=actor, contest_id=contest_id, text=answer, now=stage.clock())
    _decide(stage, booking_id, operator="operator", verdict="not_met", reasons=NOT_MET)


def _appeal(stage: Stage, seeded: SeededBrief, booking_id: str, person: InfluencerPlan) -> None:
    _rule(stage, seeded, booking_id, person)
    contest_id = _contest_id(stage, booking_id)
    with stage.scene() as session:
        bookings.appeal_ruling(
            session,
            actor=stage.actor(session, influencer_email(person.number)),
            contest_id=contest_id,
            text="Please look at the last version: the word is there, in the first line.",
            now=stage.clock(),
        )
    stage.settle()


def _rule_appeal(stage: Stage, seeded: SeededBrief, booking_id: str, person: InfluencerPlan) -> None:
    _appeal(stage, seeded, booking_id, person)
    _decide(stage, booking_id, operator="operator2", verdict="met", reasons=MET)


def _accept(stage: Stage, seeded: SeededBrief, booking_id: str, person: InfluencerPlan) -> None:
    _rule(stage, seeded, booking_id, person)
    contest_id = _contest_id(stage, booking_id)
    for email in (brand_email(seeded.brand), influencer_email(person.number)):
        with stage.scene() as session:
            actor = stage.actor(session, email)
            bookings.accept_ruling(session, actor=actor, contest_id=contest_id, now=stage.clock())
    stage.settle()


def _charge_back(stage: Stage, _seeded: SeededBrief, booking_id: str, _person: InfluencerPlan) -> None:
    """Let the payer's bank dispute the payment; the evidence is due in some days."""
    with stage.scene() as session:
        charge_id = find_charge_id(session, booking_ref=booking_id)
    if charge_id is not None:
        stage.sandbox.open_dispute(charge_id, reason="product_not_received")
    stage.settle()


def _contest_id(stage: Stage, booking_id: str) -> str:
    deliverable_id = acts.deliverable_ids(stage, booking_id)[0]
    with stage.scene() as session:
        contest = find_contest(session, deliverable_id=deliverable_id)
        return contest.id if contest is not None else ""


def _decide(stage: Stage, booking_id: str, *, operator: str, verdict: str, reasons: tuple[str, str]) -> None:
    contest_id = _contest_id(stage, booking_id)
    reason_en, reason_ar = reasons
    with stage.scene() as session:
        found = {"verdict": verdict, "en": reason_en, "ar": reason_ar}
        given = RulingInput({acts.first_criterion(session, booking_id): found}, reason_en, reason_ar)
        actor = stage.actor(session, operator_email(operator))
        decide_contest(session, actor=actor, contest_id=contest_id, given=given, now=stage.clock())
    stage.settle()
