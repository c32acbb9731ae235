"""What an influencer may say of themselves, checked before it is stored."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, ClassVar, TypedDict

from babel import Locale

from marketplace.categories import CATEGORIES
from marketplace.errors import Invalid
from marketplace.influencers.domain import Platform
from marketplace.influencers.labels import platform_label
from marketplace.influencers.platform_hosts import beginnings_of, is_on_platform, platform_at
from marketplace.web.countries import country_codes
from marketplace.web.language import lazy_gettext as _
from marketplace.web.topic_names import topic_ids

HANDLE = re.compile(r"[a-z0-9_](?:[a-z0-9._-]{1,58}[a-z0-9_])")
NAME_MAX, BIO_MAX, CITY_MAX = 120, 3_000, 80
LANGUAGES_MAX, TOPICS_MAX, SLOTS_MAX = 8, 8, 20
CHANNEL_HANDLE = re.compile(r"[^\s/?#@<>\"']{1,100}")
URL = re.compile(r"https?://[^\s<>\"']{4,292}")

Problem = tuple[str, object]


class ProfileInvalid(Invalid):
    """The profile cannot be stored; `fields` says what is wrong where."""

    code: ClassVar[str] = "profile_invalid"


class ProfileValues(TypedDict, total=False):
    """What a profile holds besides the handle; absent keys stay as they are."""

    name: str
    name_ar: str
    bio: str
    languages: Sequence[str]
    country: str | None
    city: str
    claimed_topics: Sequence[str]
    refused_categories: Sequence[str]
    open_slots: int


@cache
def language_codes() -> frozenset[str]:
    """Return the ISO 639-1 codes."""
    return frozenset(code for code in map(str, Locale("en").languages) if len(code) == 2)


def check_profile(values: ProfileValues, *, handle: str | None = None) -> None:
    """Let the values pass or refuse them with every field at fault.

    Raises:
        ProfileInvalid: see its class.

    """
    fields: dict[str, object] = {}
    if handle is not None and HANDLE.fullmatch(handle) is None:
        fields["handle"] = _("Use 3 to 60 small Latin letters, digits, dots, dashes or underscores.")
    for field, message in (*_text_problems(values), *_choice_problems(values)):
        fields.setdefault(field, message)
    if fields:
        raise ProfileInvalid(_("Some fields need another look."), fields=fields)


def _text_problems(values: ProfileValues) -> Iterator[Problem]:
    if "name" in values and not 1 <= len(values["name"]) <= NAME_MAX:
        yield "name", _("Use %(least)s to %(most)s characters.", least=1, most=NAME_MAX)
    limits: dict[str, int] = {"name_ar": NAME_MAX, "bio": BIO_MAX, "city": CITY_MAX}
    for field, most in limits.items():
        text: Any = values.get(field, "")
        if len(text) > most:
            yield field, _("Use at most %(most)s characters.", most=most)


def _choice_problems(values: ProfileValues) -> Iterator[Problem]:
    country = values.get("country")
    if country is not None and country not in country_codes():
        yield "country", _("Choose a country from the list.")
    languages = values.get("languages", ())
    if len(languages) > LANGUAGES_MAX or not set(languages) <= language_codes():
        yield "languages", _("Choose up to %(most)s languages from the list.", most=LANGUAGES_MAX)
    topics = values.get("claimed_topics", ())
    if len(topics) > TOPICS_MAX or not set(topics) <= topic_ids():
        yield "claimed_topics", _("Choose up to %(most)s topics from the list.", most=TOPICS_MAX)
    if not set(values.get("refused_categories", ())) <= set(CATEGORIES):
        yield "refused_categories", _("Choose from the list.")
    if not 0 <= values.get("open_slots", 0) <= SLOTS_MAX:
        yield "open_slots", _("Choose between 0 and %(most)s.", most=SLOTS_MAX)


def check_channel(*, platform: str, handle: str, url: str) -> None:
    """Let a channel pass or refuse it with every field at fault.

    Raises:
        ProfileInvalid: see its class.

    """
    fields: dict[str, object] = {}
    if platform not in set(Platform):
        fields["platform"] = _("Choose a platform.")
    if CHANNEL_HANDLE.fullmatch(handle) is None:
        fields["handle"] = _("Write the account name without @, spaces or slashes.")
    if URL.fullmatch(url) is None:
        fields["url"] = _("Give the full address, beginning with https://.")
    elif "platform" not in fields and not is_on_platform(url, platform):
        fields["url"] = _elsewhere(platform, platform_at(url))
    if fields:
        raise ProfileInvalid(_("Some fields need another look."), fields=fields)


def _elsewhere(platform: str, known: str | None) -> object:
    """Say where an address lies instead, where that is known, and how one on the platform begins."""
    named = {"platform": platform_label(platform), "hosts": beginnings_of(platform)}
    if known is None:
        return _("This address is not on %(platform)s. One there begins with %(hosts)s.", **named)
    return _(
        "This address is on %(other)s, and the channel on %(platform)s. Choose %(other)s, or give an address that"
        " begins with %(hosts)s.",
        other=platform_label(known),
        **named,
    )
