"""A published brief as the engine's question, and the question as JSON for the stored run."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from marketplace.briefs.domain import Pricing
from marketplace.briefs.models import BriefVersion
from marketplace.briefs.work_platforms import asked_platforms
from matching.criteria import AUDIENCE_SHARE_DEFAULT, AudienceTarget, FollowerGate, SearchCriteria


def criteria_of(version: BriefVersion) -> SearchCriteria:
    """Return what the brief asks. With fixed prices an influencer's own price is no filter, theirs to accept."""
    is_fixed = version.pricing == Pricing.FIXED
    fixed_minor = sum((item.get("price_minor") or 0) * int(item["count"]) for item in version.deliverables)
    audience = version.audience
    return SearchCriteria(
        text="\n".join(part for part in (version.title, version.product, version.text) if part),
        topics=tuple(version.topics),
        platforms=asked_platforms(version),
        deliverables=()
        if is_fixed
        else tuple((item["kind"], int(item["count"])) for item in version.deliverables),
        countries=tuple(version.creator_countries),
        audience=AudienceTarget(
            countries=tuple(audience.get("countries", ())),
            languages=tuple(audience.get("languages", ())),
            share=float(audience.get("share", 0.25)),
        ),
        followers=FollowerGate(minimum=version.followers_min, maximum=version.followers_max),
        budget_minor=None if is_fixed else version.budget_minor,
        currency=None if is_fixed else version.currency,
        fixed_price_minor=fixed_minor if is_fixed else None,
        starts_on=version.starts_on,
        ends_on=version.ends_on,
        category=version.category or None,
        requires_proven_channel=True,
    )


def as_plain(criteria: SearchCriteria) -> dict[str, Any]:
    """Return JSON values."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(criteria), default=str))
    return plain


def read_plain(plain: Mapping[str, Any]) -> SearchCriteria:
    """Return the question that a stored run was the answer to; what it does not hold was not asked."""
    audience, followers = plain.get("audience", {}), plain.get("followers", {})
    known: dict[str, Any] = {
        field.name: plain[field.name] for field in fields(SearchCriteria) if field.name in plain
    }
    known = {name: tuple(value) if isinstance(value, list) else value for name, value in known.items()}
    for work in ("deliverables", "other_deliverables"):
        known[work] = tuple((kind, int(count)) for kind, count in plain.get(work, ()))
    known["audience"] = AudienceTarget(
        countries=tuple(audience.get("countries", ())),
        languages=tuple(audience.get("languages", ())),
        share=float(audience.get("share", AUDIENCE_SHARE_DEFAULT)),
    )
    known["followers"] = FollowerGate(**followers)
    known["starts_on"], known["ends_on"] = _day(plain.get("starts_on")), _day(plain.get("ends_on"))
    return SearchCriteria(**{"text": "", **known})


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def digest(criteria: SearchCriteria) -> str:
    """Return a hash by which the same question is recognised."""
    return hashlib.sha256(json.dumps(as_plain(criteria), sort_keys=True).encode()).hexdigest()
