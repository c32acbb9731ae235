"""What an operator reads on a case: the fields of a subject and their values, in words instead of column names and codes."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from babel.numbers import get_currency_name

from marketplace.approvals.act_words import call_word
from marketplace.authenticity.words import sign_label
from marketplace.briefs.labels import PRICINGS, criterion_label, goal_label
from marketplace.categories import category_label
from marketplace.influencers.labels import kind_label, platform_label
from marketplace.web.countries import country_name, language_name
from marketplace.web.formats import date_text, datetime_text, money, number, percent
from marketplace.web.language import current_language, gettext
from marketplace.web.language import lazy_gettext as _
from marketplace.web.topic_names import topic_name

FIELD_WORDS: Mapping[str, object] = {
    "name": _("Name"),
    "name_ar": _("Name in Arabic"),
    "website": _("Website"),
    "country": _("Country"),
    "city": _("City"),
    "category": _("Category"),
    "about": _("About the brand"),
    "language": _("Language"),
    "title": _("Title"),
    "goal": _("Goal"),
    "product": _("Product or service"),
    "text": _("What should be shown or said"),
    "topics": _("Topics"),
    "platform": _("Platform"),
    "platforms": _("Platforms"),
    "deliverables": _("What each influencer makes"),
    "audience": _("Audience"),
    "countries": _("Countries"),
    "languages": _("Languages"),
    "share": _("Share"),
    "creator_countries": _("Where the influencer lives"),
    "followers_min": _("Followers, at least"),
    "followers_max": _("Followers, at most"),
    "followers_reason": _("Why larger accounts"),
    "currency": _("Currency"),
    "budget_minor": _("Budget"),
    "pricing": _("Who names the price"),
    "seats": _("How many influencers"),
    "starts_on": _("First day of posting"),
    "ends_on": _("Last day of posting"),
    "rights": _("Usage rights"),
    "organic_months": _("Months of reposting"),
    "amplification_months": _("Months of paid amplification"),
    "territory": _("Country of the rights"),
    "ai_training": _("Training of AI"),
    "exclusivity_category": _("In the category"),
    "exclusivity_days": _("Days of exclusivity"),
    "is_rush": _("We need it quickly and pay the rush price"),
    "requires_disclosure": _("Must say clearly that it is an advertisement"),
    "refused_categories": _("Must not advertise meanwhile"),
    "criteria": _("Acceptance criteria"),
    "kind": _("What"),
    "count": _("How many"),
    "price_minor": _("Price of one"),
    "weight": _("Weight"),
    "description": _("What the brand gets"),
    "base_minor": _("Base price"),
    "amplification_month_minor": _("A month of paid amplification"),
    "exclusivity_day_minor": _("A day of exclusivity in one category"),
    "rush_minor": _("Rush"),
    "rush_days": _("Days with rush"),
    "turnaround_days": _("Days you need"),
    "handle": _("Account name"),
    "url": _("Address"),
    "proof_code": _("Code"),
    "alarm": _("Alarm"),
    "payment": _("Number at the provider"),
    "paid_minor": _("Amount"),
    "came_at": _("Arrived"),
    "why": _("Why it funds nothing"),
    "call": _("Call"),
    "attempt": _("Attempt"),
    "provider_said": _("What the provider said"),
    "booking": _("Booking"),
    "opened_by": _("Contested by"),
    "statement": _("Why it is contested"),
    "evidence_until": _("Evidence until"),
    "rule_before": _("Decision before"),
    "sign": _("Figure"),
    "percentile": _("Higher than this share of the peers"),
    "peers": _("Peers compared"),
    "is_suspended": _("Suspended"),
    "evidence": _("Evidence"),
}
SIDES: Mapping[str, object] = {"brand": _("The brand"), "influencer": _("The influencer")}
ALARMS: Mapping[str, object] = {
    "hold_alarm": _("Money has been held for unusually long"),
    "hold_cap": _("The payment reached the longest time it may be held"),
    "taken_down": _("The brand reports that the post was taken down"),
    "contest_escalated": _("A dispute has waited far too long for its decision"),
    "payment_unknown": _("Money came of which nobody can say whose it is; two operators pay it back by hand"),
    "operation_halted": _("A call to the payment provider was halted"),
}
VALUE_WORDS: Mapping[str, Callable[[str], str]] = {
    "category": category_label,
    "exclusivity_category": category_label,
    "refused_categories": category_label,
    "country": country_name,
    "countries": country_name,
    "creator_countries": country_name,
    "territory": country_name,
    "language": language_name,
    "languages": language_name,
    "platform": platform_label,
    "platforms": platform_label,
    "topics": topic_name,
    "goal": goal_label,
    "call": lambda code: str(call_word(code)),
    "alarm": lambda code: str(ALARMS.get(code, code)),
    "opened_by": lambda code: str(SIDES.get(code, code)),
    "sign": sign_label,
    "kind": lambda code: criterion_label(code) if kind_label(code) == code else kind_label(code),
    "starts_on": lambda day: date_text(date.fromisoformat(day)),
    "ends_on": lambda day: date_text(date.fromisoformat(day)),
    "evidence_until": lambda moment: datetime_text(datetime.fromisoformat(moment)),
    "rule_before": lambda moment: datetime_text(datetime.fromisoformat(moment)),
    "came_at": lambda moment: datetime_text(datetime.fromisoformat(moment)),
    "currency": lambda code: get_currency_name(code, locale=current_language()),
    "pricing": lambda code: str(PRICINGS.get(code, code)),
}
BOTH_LANGUAGES = {"en", "ar"}
# Said by the heading of the case, or of use to machines only.
UNSPOKEN = {"status", "id", "influencer_id"}
NOTHING: tuple[object, ...] = ("", None, [], {})


def field_word(name: str) -> str:
    """Return a field's name for people."""
    return str(FIELD_WORDS.get(name, name.replace("_", " ")))


def field_text(value: Any, name: str, currency: str | None = None) -> str:
    """Return a field's value for people; minor units become money when the currency is known."""
    if isinstance(value, Mapping) and value.keys() == BOTH_LANGUAGES:
        return str(value[current_language()] or value["en"])
    if isinstance(value, Mapping) and name == "criteria":
        return _criterion_text(value)
    if isinstance(value, Mapping):
        parts = [
            f"{field_word(key)}: {field_text(inner, key, currency)}"
            for key, inner in value.items()
            if key not in UNSPOKEN and inner not in NOTHING
        ]
        return gettext(", ").join(parts)
    if isinstance(value, list | tuple):
        between = " · " if value and isinstance(value[0], Mapping) else gettext(", ")
        return between.join(field_text(inner, name, currency) for inner in value)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, int | float):
        return _amount_text(value, name, currency)
    return VALUE_WORDS[name](str(value)) if name in VALUE_WORDS else str(value)


def _criterion_text(criterion: Mapping[str, Any]) -> str:
    """Return what is judged, of which kind it is and what it weighs."""
    kind, weight = str(criterion.get("kind", "")), float(criterion.get("weight") or 0) / 100
    told = {"said": criterion.get("text", ""), "kind": criterion_label(kind), "weight": percent(weight)}
    return gettext("%(said)s (%(kind)s, weight %(weight)s)", **told)


def _amount_text(value: float, name: str, currency: str | None) -> str:
    if name.endswith("_minor") and currency:
        return money(int(value), currency)
    return percent(float(value)) if name in {"share", "percentile"} else number(value)


def shown_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that hold something worth reading, in their order."""
    return {name: value for name, value in fields.items() if name not in UNSPOKEN and value not in NOTHING}
