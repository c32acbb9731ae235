"""What the specialist index says, in words: its components with their numbers, the peers, the place among them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marketplace.influencers.labels import platform_label
from marketplace.specialists.queries import SpecialismView, TopicStanding
from marketplace.web.countries import country_name
from marketplace.web.formats import number, percent
from marketplace.web.language import gettext, lazy_gettext, ngettext
from marketplace.web.topic_names import topic_name
from matching.market import BANDS
from matching.specialism import COMPONENTS

_ = lazy_gettext
COMPONENT_LABELS = {
    "focus": _("Focus on the topic"),
    "share": _("Share of posts on it, surely at least"),
    "lift": _("Engagement on it beside other posts"),
    "consistency": _("Months of staying with it"),
    "endorsement": _("Named by others in the field"),
}
NOT_CHECKED = _("not checked; counts neither for nor against")


def band_label(band: int | None) -> str:
    """Return a band of followers in words."""
    if band is None:
        return gettext("followers not known")
    if band == 0:
        return gettext("under %(most)s followers", most=number(BANDS[0]))
    if band >= len(BANDS):
        return gettext("%(least)s followers and more", least=number(BANDS[-1]))
    return gettext("%(least)s to %(most)s followers", least=number(BANDS[band - 1]), most=number(BANDS[band]))


def place_sentence(standing: TopicStanding, view: SpecialismView) -> str:
    """Say the tenth among peers and who they are; that they are too few is said, too."""
    if standing.decile is None or standing.peers is None:
        return gettext("too few peers to compare")
    group = peer_group(standing, view)
    if standing.decile == 1:
        return gettext("best tenth of %(num)s peers (%(group)s)", num=number(standing.peers), group=group)
    return gettext(
        "best %(share)s of %(num)s peers (%(group)s)",
        share=percent(standing.decile / 10),
        num=number(standing.peers),
        group=group,
    )


def peer_group(standing: TopicStanding, view: SpecialismView) -> str:
    """Name whom somebody is compared with: the topic, and what else they share."""
    parts = [topic_name(standing.topic)]
    if "platform" in standing.shared and view.platform:
        parts.append(platform_label(view.platform))
    if "band" in standing.shared:
        parts.append(band_label(view.band))
    if "country" in standing.shared and view.country:
        parts.append(country_name(view.country))
    return gettext(", ").join(parts)


def component_rows(evidence: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the components of an index as rows: label, value from 0 to 1 (None: not checked), note with its numbers."""
    values = evidence.get("components") or {}
    return [
        {
            "label": str(COMPONENT_LABELS[name]),
            "value": values.get(name),
            "note": str(NOT_CHECKED) if values.get(name) is None else _NOTES[name](evidence),
        }
        for name in COMPONENTS
    ]


def _focus_note(_evidence: Mapping[str, Any]) -> str:
    return gettext("how far all posts keep to few topics, by their share on this one")


def _share_note(evidence: Mapping[str, Any]) -> str:
    return ngettext(
        "%(on)s of the last %(num)d post is on the topic",
        "%(on)s of the last %(num)d posts are on the topic",
        int(evidence["posts"]),
        on=number(int(evidence["posts_on_topic"])),
    )


def _lift_note(evidence: Mapping[str, Any]) -> str:
    return ngettext(
        "from %(num)d measured post on the topic",
        "from %(num)d measured posts on the topic",
        int(evidence["lift_posts"]),
    )


def _months_note(evidence: Mapping[str, Any]) -> str:
    return ngettext(
        "a post on it in %(on)s of the last %(num)d month",
        "a post on it in %(on)s of the last %(num)d months",
        int(evidence["months_seen"]),
        on=number(int(evidence["months_on"])),
    )


def _endorsement_note(evidence: Mapping[str, Any]) -> str:
    count = int(evidence["endorsers"])
    return ngettext(
        "%(num)d other profile names them in posts about it",
        "%(num)d other profiles name them in posts about it",
        count,
    )


_NOTES = {
    "focus": _focus_note,
    "share": _share_note,
    "lift": _lift_note,
    "consistency": _months_note,
    "endorsement": _endorsement_note,
}


def proof_of(evidence: Mapping[str, Any]) -> list[tuple[str, datetime]]:
    """Return (address, time) of the posts that prove it; posts without an address are left out."""
    proof = evidence.get("proof")
    return [
        (str(post["url"]), datetime.fromisoformat(str(post["published_at"])))
        for post in (proof if isinstance(proof, list) else [])
        if post.get("url") and post.get("published_at")
    ]


def component_label(name: str) -> str:
    """Return a component's name."""
    return str(COMPONENT_LABELS[name])
