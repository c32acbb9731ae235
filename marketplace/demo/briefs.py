"""Briefs of the story: written from its data, handed in, decided by an operator."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from marketplace.briefs.operations import create_brief, submit_brief
from marketplace.demo.content import content
from marketplace.demo.people import brand_email, operator_email
from marketplace.demo.stage import Stage
from marketplace.demo.world import BrandPlan, WorldPlan
from marketplace.moderation.domain import CaseStatus
from marketplace.moderation.models import ModerationCase
from marketplace.moderation.operations import DecisionInput, decide_case
from marketplace.moderation.policies_data import NOTHING_AGAINST, moderation_policies
from marketplace.quotes.policy_records import policy_at

DAYS_AHEAD = 10
ENDS_AFTER = 24
SEATS = 3
#: what the briefs pay in turn for one piece of work, in whole units, and the budget that holds three of them
FEES = {
    "SAR": ((900, 1_250, 700, 1_800, 1_050), "8000"),
    "AED": ((900, 1_200, 750, 1_600, 1_000), "8000"),
    "KWD": ((75, 110, 60, 140, 90), "650"),
}
CURRENCY = {"SA": "SAR", "AE": "AED", "KW": "KWD"}
CRITERIA_EN = ("Named as advertising in the first line", "The product is shown in real use")
CRITERIA_AR = ("الإفصاح عن الإعلان في أول السطر", "يظهر المنتج وهو يُستخدم فعلًا")


@dataclass(slots=True)
class SeededBrief:
    """A brief of the story with who may answer it."""

    brief_id: str
    number: int
    brand: int
    topic: str


def seed_brief(stage: Stage, world: WorldPlan, number: int, **changed: Any) -> SeededBrief:
    """Write one brief, with some fields `changed`; whether it is handed in and opens is decided by the caller."""
    plan = content("briefs")["briefs"][number]
    draft = _draft(number, plan, world.brands[plan["brand"]], today=stage.clock().date())
    with stage.scene() as session:
        owner = stage.actor(session, brand_email(plan["brand"]))
        draft |= changed
        brief = create_brief(session, actor=owner, draft=draft, language=plan["language"], now=stage.clock())
        return SeededBrief(brief.id, number, plan["brand"], plan["topic"])


def _draft(number: int, plan: dict[str, Any], brand: BrandPlan, *, today: date) -> dict[str, Any]:
    """Return what the editor holds of a brief: words of the story's data, prices in the brand's currency."""
    currency = CURRENCY[brand.country]
    prices, budget = FEES[currency]
    price = str(prices[number % len(prices)])
    kind = "content_file" if number % 4 == 3 else "short_video"
    return {
        "language": plan["language"],
        "title": plan["title"],
        "goal": "awareness" if number % 2 else "education",
        "product": plan["product"],
        "text": plan["text"],
        "category": brand.category,
        "topics": [plan["topic"]],
        "platforms": ["instagram", "tiktok", "youtube", "snapchat"],
        "deliverables": [{"kind": kind, "count": "1", "price": price}],
        "countries": [],
        "languages": ["ar"],
        "share": "25",
        "followers_min": "1000",
        "followers_max": "100000",
        "currency": currency,
        "budget": budget,
        "pricing": "fixed",
        "seats": str(SEATS),
        "starts_on": (today + timedelta(days=DAYS_AHEAD)).isoformat(),
        "ends_on": (today + timedelta(days=ENDS_AFTER)).isoformat(),
        "organic_months": "6",
        "amplification_months": "0",
        "territory": brand.country,
        "exclusivity_days": "0",
        "requires_disclosure": True,
        "criteria": _criteria(is_arabic=plan["language"] == "ar"),
    }


def _criteria(*, is_arabic: bool) -> list[dict[str, str]]:
    label, use = CRITERIA_AR if is_arabic else CRITERIA_EN
    return [{"kind": "label", "text": label, "weight": "40"}, {"kind": "other", "text": use, "weight": "60"}]


def submit(stage: Stage, seeded: SeededBrief) -> str:
    """Hand a brief in; returns the version's id."""
    with stage.scene() as session:
        owner = stage.actor(session, brand_email(seeded.brand))
        policy = policy_at(stage.clock())
        version = submit_brief(
            session, actor=owner, brief_id=seeded.brief_id, policy=policy, now=stage.clock()
        )
        version_id = version.id
    stage.settle()
    return version_id


def open_brief(stage: Stage, seeded: SeededBrief) -> None:
    """Submit and approve."""
    submit(stage, seeded)
    decide(stage, seeded.brief_id, action="approve")


def decide(
    stage: Stage,
    subject_id: str,
    *,
    action: str,
    policy_code: str = NOTHING_AGAINST,
    field_notes: Mapping[str, Any] | None = None,
) -> None:
    """Decide the open case of a subject by a policy's ready reasons; `field_notes` maps a field to {"en", "ar"}."""
    policy = moderation_policies()[policy_code]
    with stage.scene() as session:
        statement = select(ModerationCase).where(
            ModerationCase.subject_id == subject_id, ModerationCase.status == CaseStatus.OPEN
        )
        case = session.scalars(statement).one()
        decide_case(
            session,
            actor=stage.actor(session, operator_email()),
            case_id=case.id,
            given=DecisionInput(
                action, policy.code, policy.reason_en, policy.reason_ar, dict(field_notes or {})
            ),
            revision=case.revision,
            now=stage.clock(),
        )
    stage.settle()
