"""From a draft to the terms of a version: the whole draft is checked, and every field at fault is named.

The numbers of the deal (how long a payment may be held, which rights are included) come in with the policy record.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Protocol

from marketplace.briefs.domain import CriterionKind, Goal, Pricing
from marketplace.categories import CATEGORIES
from marketplace.errors import Invalid
from marketplace.influencers.deliverables import FILE_ONLY, DeliverableKind
from marketplace.influencers.domain import Platform
from marketplace.influencers.pieces import deliverable_problems, platforms_with
from marketplace.influencers.profile import language_codes
from marketplace.settlement import currency_problem
from marketplace.web.countries import country_codes
from marketplace.web.formats import date_text, lazily
from marketplace.web.language import lazy_gettext as _
from marketplace.web.language import lazy_ngettext
from marketplace.web.reading import DraftReader
from marketplace.web.topic_names import topic_ids
from matching.criteria import AUDIENCE_SHARE_DEFAULT
from payments.money import CURRENCIES

DELIVERABLES_MAX, CRITERIA_MAX, PIECES_MAX = 10, 12, 20
FOLLOWERS_MOST = 1_000_000_000
TOPICS_MAX = 8
#: percent
SHARE_DEFAULT = round(100 * AUDIENCE_SHARE_DEFAULT)
LANGUAGES = ("ar", "en")
REASON_MIN, REASON_MAX = 10, 300


class BriefIncomplete(Invalid):
    """The draft cannot be handed in yet; `fields` says what is missing or wrong where."""

    code: ClassVar[str] = "brief_incomplete"


class LocalCalendar(Protocol):
    """Days where the product is at home."""

    def local_date(self, at: datetime) -> date: ...

    def end_of_day(self, day: date) -> datetime: ...


class BriefRules(Protocol):
    """The part of a policy record that limits a brief; `quotes.policy_records.PolicyRecord` is one."""

    @property
    def micro_followers(self) -> tuple[int, int]: ...

    @property
    def hold_cap(self) -> timedelta: ...

    @property
    def posting_confirmation(self) -> timedelta: ...

    @property
    def turnaround_days_default(self) -> int: ...

    @property
    def calendar(self) -> LocalCalendar: ...

    @property
    def plain(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class BriefTerms:
    """The content of a version, named as its columns."""

    language: str
    title: str
    goal: str
    product: str
    text: str
    category: str
    topics: list[str]
    platforms: list[str]
    deliverables: list[dict[str, Any]]
    audience: dict[str, Any]
    creator_countries: list[str]
    followers_min: int
    followers_max: int
    followers_reason: str
    currency: str
    budget_minor: int
    pricing: str
    seats: int
    starts_on: date
    ends_on: date
    rights: dict[str, Any]
    exclusivity_category: str
    exclusivity_days: int
    is_rush: bool
    requires_disclosure: bool
    refused_categories: list[str]
    criteria: list[dict[str, Any]]


def read_terms(
    draft: Mapping[str, Any],
    *,
    policy: BriefRules,
    settled: Collection[str],
    now: datetime,
) -> BriefTerms:
    """Return the terms that the draft describes; `settled` are the currencies a price can be made in.

    Raises:
        BriefIncomplete: with every field at fault; fields of rows are named `deliverables-0-price`.

    """
    reader = DraftReader(draft)
    values = (
        _subject(reader) | _people(reader, policy=policy) | _price(reader) | _rights(reader, policy=policy)
    )
    values |= _dates(reader, policy=policy, now=now)
    values["criteria"] = _criteria(reader)
    _check_currency(reader, values["currency"], settled)
    _check_pieces(reader, values)
    if reader.problems:
        raise BriefIncomplete(_("The brief is not complete yet."), fields=reader.problems)
    return BriefTerms(**values)


def read_price(draft: Mapping[str, Any]) -> tuple[list[dict[str, Any]], str]:
    """Return the deliverables with their fixed prices, and the currency, of a draft that may lack all else.

    Raises:
        BriefIncomplete: prices are not fixed, or not all readable.

    """
    reader = DraftReader(draft)
    values = _price(reader)
    in_rows = [name for name in reader.problems if name.startswith(("deliverables", "currency"))]
    if in_rows or values["pricing"] != Pricing.FIXED:
        raise BriefIncomplete(fields=reader.problems)
    return values["deliverables"], values["currency"]


def _subject(reader: DraftReader) -> dict[str, Any]:
    return {
        "language": reader.choice("language", LANGUAGES),
        "title": reader.public_text("title", least=5, most=160),
        "goal": reader.choice("goal", set(Goal)),
        "product": reader.public_text("product", least=2, most=200),
        "text": reader.public_text("text", least=30, most=8_000),
        "category": reader.choice("category", CATEGORIES),
        "topics": reader.choices("topics", topic_ids(), least=1, most=TOPICS_MAX),
        "platforms": reader.choices("platforms", set(Platform), least=1, most=len(Platform)),
        "refused_categories": reader.choices("refused_categories", CATEGORIES, most=len(CATEGORIES)),
    }


def _people(reader: DraftReader, *, policy: BriefRules) -> dict[str, Any]:
    micro_least, micro_most = policy.micro_followers
    least = reader.count("followers_min", least=0, most=FOLLOWERS_MOST)
    most = reader.count("followers_max", least=1, most=FOLLOWERS_MOST)
    if least < micro_least:
        reader.refuse("followers_min", _("The least is %(least)s followers.", least=micro_least))
    if most <= least:
        reader.refuse("followers_max", _("This must be more than the least number of followers."))
    is_micro = most <= micro_most
    reason = "" if is_micro else reader.public_text("followers_reason", least=REASON_MIN, most=REASON_MAX)
    share = reader.count("share", least=1, most=100, default=SHARE_DEFAULT)
    return {
        "audience": {
            "countries": reader.choices("countries", country_codes(), most=20),
            "languages": reader.choices("languages", language_codes(), most=8),
            "share": share / 100,
        },
        "creator_countries": reader.choices("creator_countries", country_codes(), most=20),
        "followers_min": least,
        "followers_max": most,
        "followers_reason": reason,
        "seats": reader.count("seats", least=1, most=200, default=1),
    }


def _price(reader: DraftReader) -> dict[str, Any]:
    currency = reader.choice("currency", CURRENCIES)
    pricing = reader.choice("pricing", set(Pricing))
    is_fixed = pricing == Pricing.FIXED
    rows = reader.rows("deliverables", tells=("kind", "price"))
    if not 1 <= len(rows) <= DELIVERABLES_MAX:
        reader.refuse("deliverables", _("Ask for one to %(most)s kinds of work.", most=DELIVERABLES_MAX))
    deliverables = []
    for place, row in rows[:DELIVERABLES_MAX]:
        line = DraftReader(row, reader.problems, prefix=f"deliverables-{place}-")
        deliverables.append(
            {
                "kind": line.choice("kind", set(DeliverableKind)),
                "count": line.count("count", least=1, most=PIECES_MAX, default=1),
                "price_minor": line.amount("price", currency=currency) if is_fixed else None,
            }
        )
    budget_minor = reader.amount("budget", currency=currency)
    if is_fixed and budget_minor:
        _check_budget(reader, deliverables, budget_minor)
    return {
        "currency": currency,
        "pricing": pricing,
        "deliverables": deliverables,
        "budget_minor": budget_minor,
    }


def _check_currency(reader: DraftReader, currency: str, settled: Collection[str]) -> None:
    problem = currency_problem(currency, settled) if currency else None
    if problem is not None:
        reader.refuse("currency", problem)


def _check_budget(reader: DraftReader, deliverables: list[dict[str, Any]], budget_minor: int) -> None:
    one_minor = sum(row["count"] * row["price_minor"] for row in deliverables)
    seats = reader.count("seats", least=1, most=200, default=1)
    if one_minor * seats > budget_minor:
        affordable = budget_minor // one_minor
        reader.refuse(
            "budget",
            _(
                "At these prices the budget pays for %(places)s places, not %(seats)s.",
                places=affordable,
                seats=seats,
            ),
        )


def _check_pieces(reader: DraftReader, values: Mapping[str, Any]) -> None:
    if any(name.startswith("deliverables") for name in reader.problems):
        return
    rows = values["deliverables"]
    pieces = [(row["kind"], row["count"]) for row in rows]
    for field, message in deliverable_problems(pieces, platforms=values["platforms"]):
        reader.refuse(field, message)
    kinds = [kind for kind, _count in pieces]
    if "deliverables" not in reader.problems and not platforms_with(kinds, values["platforms"]):
        reader.refuse(
            "deliverables",
            _(
                "One influencer does all the work on one platform, and none of these has all of it. Ask for fewer kinds, "
                "or choose another platform."
            ),
        )
    is_published = any(row["kind"] not in FILE_ONLY for row in rows)
    if is_published and not values["requires_disclosure"]:
        reader.refuse(
            "requires_disclosure", _("What is published for pay must say that it is an advertisement.")
        )


def _dates(reader: DraftReader, *, policy: BriefRules, now: datetime) -> dict[str, Any]:
    starts_on, ends_on = reader.day("starts_on"), reader.day("ends_on")
    if starts_on is None or ends_on is None:
        return {"starts_on": starts_on, "ends_on": ends_on}
    today = policy.calendar.local_date(now)
    if starts_on < today:
        reader.refuse("starts_on", _("This day has passed. Choose today or later."))
    if ends_on < starts_on:
        reader.refuse("ends_on", _("The last day comes before the first."))
    elif ends_on < today + timedelta(days=policy.turnaround_days_default):
        least = lazy_ngettext("%(num)d day", "%(num)d days", policy.turnaround_days_default)
        reader.refuse("ends_on", _("Leave at least %(time)s for the work.", time=least))
    else:
        _check_hold(reader, ends_on, policy=policy, now=now)
    return {"starts_on": starts_on, "ends_on": ends_on}


def _check_hold(reader: DraftReader, ends_on: date, *, policy: BriefRules, now: datetime) -> None:
    """Refuse a schedule that outlives the longest time a payment may be held, if it were paid now."""
    far = policy.calendar.local_date(now) + policy.hold_cap
    is_too_far = ends_on > far
    if (
        is_too_far
        or policy.calendar.end_of_day(ends_on) + policy.posting_confirmation - now > policy.hold_cap
    ):
        reader.refuse(
            "ends_on",
            _(
                "A payment is held for %(time)s at most, so the last day can be %(day)s at the latest.",
                time=lazy_ngettext("%(num)d day", "%(num)d days", policy.hold_cap.days),
                day=lazily(date_text, _last_day(policy, now)),
            ),
        )


def _last_day(policy: BriefRules, now: datetime) -> date:
    """Return a last day of posting that a payment of now outlives: the last that is whole within the hold."""
    return policy.calendar.local_date(now + policy.hold_cap - policy.posting_confirmation) - timedelta(days=1)


def _rights(reader: DraftReader, *, policy: BriefRules) -> dict[str, Any]:
    """Read rights and exclusivity; with listed prices only what listings can price may be asked for."""
    included_months = int(policy.plain["rights_included"]["organic_months"])
    is_fixed = reader.draft.get("pricing") == Pricing.FIXED
    organic_months = reader.count("organic_months", least=0, most=24, default=included_months)
    if not is_fixed and organic_months > included_months:
        reader.refuse(
            "organic_months",
            _(
                "Listed prices include %(time)s. Fix your own price to ask for more.",
                time=lazy_ngettext("%(num)d month", "%(num)d months", included_months),
            ),
        )
    is_for_training = reader.flag("ai_training")
    if not is_fixed and is_for_training:
        reader.refuse(
            "ai_training", _("Listed prices never include training of AI. Fix your own price to ask for it.")
        )
    days = reader.count("exclusivity_days", least=0, most=180, default=0)
    category = reader.choice("exclusivity_category", CATEGORIES, is_needed=days > 0)
    return {
        "rights": {
            "organic_months": organic_months,
            "amplification_months": reader.count("amplification_months", least=0, most=24, default=0),
            "territory": reader.choice("territory", country_codes()),
            "ai_training": is_for_training,
        },
        "exclusivity_days": days,
        "exclusivity_category": category if days else "",
        "is_rush": reader.flag("is_rush"),
        "requires_disclosure": reader.flag("requires_disclosure"),
    }


def _criteria(reader: DraftReader) -> list[dict[str, Any]]:
    rows = reader.rows("criteria", tells=("text", "weight"))
    if not 1 <= len(rows) <= CRITERIA_MAX:
        reader.refuse("criteria", _("Name one to %(most)s criteria.", most=CRITERIA_MAX))
    criteria: list[dict[str, Any]] = []
    for place, row in rows[:CRITERIA_MAX]:
        line = DraftReader(row, reader.problems, prefix=f"criteria-{place}-")
        criteria.append(
            {
                "id": f"c{place + 1}",
                "kind": line.choice("kind", set(CriterionKind)),
                "text": line.public_text("text", least=3, most=300),
                "weight": line.count("weight", least=1, most=100),
            }
        )
    total = sum(row["weight"] for row in criteria)
    is_readable = not any(name.endswith("-weight") for name in reader.problems)
    if criteria and is_readable and total != 100:
        reader.refuse("criteria", _("The weights must add up to 100; now they are %(total)s.", total=total))
    return criteria
