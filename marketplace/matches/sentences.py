"""What the engine's codes mean, said to people: parts, filters, refusals, reasons with their evidence."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from marketplace.matches.domain import RunPurpose
from marketplace.matches.shown_points import shown_points
from marketplace.web.countries import city_name, country_name
from marketplace.web.formats import date_text, isolated, money, number, percent
from marketplace.web.language import gettext, lazy_gettext, ngettext
from marketplace.web.topic_names import topic_name
from matching.receipts import Adjustment, Reason, Receipt
from matching.scoring import Part, PartState

_ = lazy_gettext

PART_LABELS = {
    "relevance": _("Fits what you wrote"),
    "specialism": _("Specialist in it"),
    "audience": _("Audience you want"),
    "authenticity": _("Nothing unusual"),
    "performance": _("Engagement for the size"),
    "price": _("Price beside peers"),
}

FILTER_LABELS = {
    "not_listed": _("listed on the market"),
    "excluded": _("not excluded by you"),
    "refused_category": _("takes your category"),
    "platform": _("on the platforms you want"),
    "channel_unproven": _("channel proven"),
    "followers_below": _("enough followers"),
    "followers_above": _("not more followers than the gate"),
    "country": _("lives where you want"),
    "city": _("lives in the city you want"),
    "creator_language": _("speaks the language you want"),
    "audience_country": _("audience in your countries"),
    "audience_language": _("audience speaks your languages"),
    "no_such_deliverable": _("offers what you need"),
    "other_currency": _("priced in your currency"),
    "too_expensive": _("within the budget"),
    "no_free_slot": _("free in your dates"),
}

REFUSAL_SENTENCES = {
    "not_listed": _("not listed on the market"),
    "excluded": _("excluded by you"),
    "refused_category": _("do not advertise your category"),
    "platform": _("not on the platforms you want"),
    "channel_unproven": _("channel not proven yet"),
    "followers_below": _("fewer followers than the gate"),
    "followers_above": _("more followers than the gate"),
    "country": _("live elsewhere"),
    "city": _("live in another city"),
    "creator_language": _("speak other languages"),
    "audience_country": _("audience in other countries"),
    "audience_language": _("audience speaks other languages"),
    "no_such_deliverable": _("do not offer what you need"),
    "other_currency": _("priced in another currency"),
    "too_expensive": _("too expensive"),
    "no_free_slot": _("no free slot"),
}


def part_label(name: str) -> str:
    return str(PART_LABELS.get(name, name))


def filter_label(code: str) -> str:
    return str(FILTER_LABELS.get(code, code.replace("_", " ")))


def refusal_label(code: str) -> str:
    return str(REFUSAL_SENTENCES.get(code, code.replace("_", " ")))


def part_note(part: Part) -> str:
    """Say on what a part rests, or that it could not be measured."""
    if part.state is PartState.MISSING:
        return gettext("not enough data; counted as average for everybody")
    if part.state is PartState.NOT_ASKED:
        return gettext("not asked for")
    teller = _PART_NOTES.get(part.name)
    return teller(part.evidence) if teller else ""


def _specialism_note(evidence: Mapping[str, Any]) -> str:
    count, on_topic = int(evidence.get("posts", 0)), int(evidence.get("posts_on_topic", 0))
    if count and not on_topic:
        return ngettext(
            "the last post is not on the topic", "none of the last %(num)d posts is on the topic", count
        )
    parts = [
        ngettext(
            "%(on)s of the last %(num)d post is on the topic",
            "%(on)s of the last %(num)d posts are on the topic",
            count,
            on=number(on_topic),
        )
    ]
    if evidence.get("months_seen"):
        months = int(evidence["months_seen"])
        parts.append(
            ngettext(
                "a post on it in %(on)s of the last %(num)d month",
                "a post on it in %(on)s of the last %(num)d months",
                months,
                on=number(int(evidence["months_on"])),
            )
        )
    return gettext(", ").join(parts)


def _relevance_note(evidence: Mapping[str, Any]) -> str:
    topics = [topic_name(topic) for topic in evidence.get("topics", ())]
    return gettext(", ").join([*topics, *map(isolated, evidence.get("words", ())[:4])])


def _performance_note(evidence: Mapping[str, Any]) -> str:
    count = int(evidence.get("n") or 0)
    return ngettext("from %(num)d post", "from %(num)d posts", count)


def _audience_note(evidence: Mapping[str, Any]) -> str:
    shares = [percent(float(evidence[key])) for key in ("country_share", "language_share") if key in evidence]
    day = date_text(date.fromisoformat(str(evidence["as_of"]))) if evidence.get("as_of") else ""
    return gettext("%(shares)s of the audience, as of %(day)s", shares=" / ".join(shares), day=day)


def _price_note(evidence: Mapping[str, Any]) -> str:
    return gettext(
        "%(price)s; the middle of %(peers)s peers is %(market)s",
        price=money(int(evidence["price_minor"]), str(evidence["currency"])),
        peers=number(int(evidence["peers"])),
        market=money(int(evidence["market_minor"]), str(evidence["currency"])),
    )


_PART_NOTES = {
    "specialism": _specialism_note,
    "relevance": _relevance_note,
    "performance": _performance_note,
    "audience": _audience_note,
    "price": _price_note,
}


def reason_sentence(reason: Reason) -> str:
    """Say one reason; an unknown key says nothing rather than something wrong."""
    teller = _REASONS.get(reason.key)
    return teller(reason.params) if teller else ""


def _share_on_topic(params: Mapping[str, Any]) -> str:
    count = int(params["n"])
    return ngettext(
        "%(share)s of the last %(num)d post is about %(topic)s",
        "%(share)s of the last %(num)d posts are about %(topic)s",
        count,
        share=percent(float(params["share"])),
        topic=topic_name(str(params["topic"])),
    )


def _lift_on_topic(params: Mapping[str, Any]) -> str:
    return gettext(
        "posts about %(topic)s move the audience more than the others do",
        topic=topic_name(str(params["topic"])),
    )


def _near_topics(params: Mapping[str, Any]) -> str:
    return gettext(
        "talks about %(topics)s",
        topics=gettext(", ").join(topic_name(str(topic)) for topic in params["topics"]),
    )


def _says_words(params: Mapping[str, Any]) -> str:
    return gettext("says: %(words)s", words=gettext(", ").join(map(isolated, params["words"])))


def _near_meaning(_params: Mapping[str, Any]) -> str:
    return gettext("what they write is close in meaning to your brief")


def _above_tier(params: Mapping[str, Any]) -> str:
    count = int(params["n"])
    return ngettext(
        "more engagement than others of that size (from %(num)d post)",
        "more engagement than others of that size (from %(num)d posts)",
        count,
    )


def _audience_fits(params: Mapping[str, Any]) -> str:
    share = params.get("country_share", params.get("language_share", 0.0))
    return gettext("%(share)s of the audience is the one you want", share=percent(float(share)))


def _price_below(params: Mapping[str, Any]) -> str:
    return gettext("cheaper than the middle of %(peers)s peers", peers=number(int(params["peers"])))


_REASONS = {
    "share_on_topic": _share_on_topic,
    "lift_on_topic": _lift_on_topic,
    "near_topics": _near_topics,
    "says_words": _says_words,
    "near_meaning": _near_meaning,
    "above_tier": _above_tier,
    "audience_fits": _audience_fits,
    "price_below_peers": _price_below,
}


def receipt_parts(receipt: Receipt, *, purpose: str = RunPurpose.BRIEF) -> list[dict[str, Any]]:
    """Return the parts as pages and papers show them: points taken away are negative, and 100 and all make the shown score.

    `purpose` of the run says how its chances were drawn.
    """
    points = shown_points(receipt)
    rows = [
        {
            "label": part_label(part.name),
            "points": points[part.name],
            "note": part_note(part),
            "mean": -part.mean_points if part.mean_points is not None else None,
        }
        for part in receipt.parts
    ]
    rows += [
        {
            "label": str(ADJUSTMENT_LABELS.get(line.name, line.name)),
            "points": points[line.name],
            "note": _adjustment_note(line, purpose),
        }
        for line in receipt.adjustments
    ]
    return rows


ADJUSTMENT_LABELS = {
    "exposure": _("Chance for those hardly known"),
    "capacity": _("Much asked, little time"),
}


def _adjustment_note(line: Adjustment, purpose: str) -> str:
    if line.name == "exposure" and purpose == RunPurpose.SEARCH:
        return gettext("new, estimate uncertain: drawn once for this saved search")
    if line.name == "exposure":
        return gettext("new, estimate uncertain: drawn anew for every brief and day")
    return gettext("more is asked of them than their calendar holds") if line.name == "capacity" else ""


def receipt_filters(receipt: Receipt) -> list[dict[str, Any]]:
    """Return the hard filters that were checked, as the receipt lists them."""
    return [
        {
            "label": filter_label(outcome.code),
            "is_passed": outcome.is_passed,
            "note": "",
        }
        for outcome in receipt.filters
        if outcome.is_checked
    ]


def unchecked_filters(receipt: Receipt) -> list[str]:
    """Return the filters that decided nothing: not asked for, or not known of this influencer."""
    return [filter_label(outcome.code) for outcome in receipt.filters if not outcome.is_checked]


def proof_posts(receipt: Receipt) -> Sequence[Mapping[str, Any]]:
    """Return the posts that prove the topic: {"id", "url", "published_at"}."""
    part = next((part for part in receipt.parts if part.name == "specialism"), None)
    proof = part.evidence.get("proof") if part is not None else None
    return proof if isinstance(proof, list) else []


def place(country: str | None, city: str) -> str:
    """Return "city, country" as far as known, as the reader calls them."""
    return gettext(", ").join(
        part for part in (city_name(city), country_name(country) if country else "") if part
    )
