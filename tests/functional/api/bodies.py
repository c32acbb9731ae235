"""Bodies of calls as a careful program sends them."""

from datetime import date, timedelta
from typing import Any


def sar(amount_minor: int) -> dict[str, Any]:
    return {"amount_minor": amount_minor, "currency": "SAR"}


def brief_body(today: date, **changes: Any) -> dict[str, Any]:
    """A brief that may be handed in: one reel and one file at fixed prices."""
    return {
        "title": "Cakes for a small oven",
        "goal": "awareness",
        "product": "A small oven",
        "text": "Show baking cakes and bread in our small oven, from the dough to the table.",
        "category": "food",
        "topics": ["baking"],
        "platforms": ["instagram"],
        "countries": ["SA"],
        "languages": [],
        "share": 25,
        "pricing": "fixed",
        "budget": sar(1_000_000),
        "seats": 2,
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(days=21)).isoformat(),
        "territory": "SA",
        "deliverables": [
            {"kind": "reel", "count": 1, "price": sar(150_000)},
            {"kind": "content_file", "count": 1, "price": sar(50_000)},
        ],
        "criteria": [
            {"kind": "label", "text": "Says that it is an advertisement", "weight": 40},
            {"kind": "other", "text": "Shows the whole baking", "weight": 60},
        ],
        **changes,
    }


def listing_body(**changes: Any) -> dict[str, Any]:
    """A listing that may be handed in: one reel with every extra."""
    return {
        "platform": "instagram",
        "title": "A reel on baking",
        "description": "One reel from dough to table, with your product in it.",
        "deliverables": [{"kind": "reel", "count": 1}],
        "base": sar(200_000),
        "amplification_month": sar(30_000),
        "exclusivity_day": sar(1_000),
        "rush": sar(25_000),
        "rush_days": 3,
        "turnaround_days": 7,
        **changes,
    }


def decision_body(case: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """An approval of a case."""
    return {
        "action": "approve",
        "policy_code": changes.pop("policy_code"),
        "reason_en": "It says what is sold.",
        "reason_ar": "الوصف واضح.",
        "revision": case["revision"],
        **changes,
    }
