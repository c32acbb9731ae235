"""What a row of an import file may hold, read value by value; every problem names its line and column.

docs/import.md describes the columns for those who write the files.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from marketplace.influencers.domain import FigureSource
from marketplace.influencers.figures import FigureInvalid, PostValues, check_metric, check_post
from marketplace.influencers.profile import ProfileInvalid, ProfileValues, check_channel, check_profile
from marketplace.web.language import lazy_gettext as _

NEEDED = ("external_ref", "handle", "name")
OPTIONAL = (
    "name_ar", "bio", "languages", "country", "city", "claimed_topics", "refused_categories", "open_slots",
    "consented_on", "platform", "channel_handle", "channel_url", "followers", "followers_as_of", "followers_source",
)  # fmt: skip
#: only in JSON lines: a list of objects
POSTS = "posts"
COLUMNS = NEEDED + OPTIONAL
LISTS = ("languages", "claimed_topics", "refused_categories")
REF_MAX = 120
POSTS_MAX = 500
_NUMBER = re.compile(r"\d{1,12}")
_POST_COUNTS = ("views", "likes", "comments", "shares", "saves")


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong at one place of the file. `column` is empty when it is the whole line."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class ImportedChannel:
    """The channel of a row; followers are None when the row has none."""

    platform: str
    handle: str
    url: str
    followers: int | None
    followers_as_of: date | None
    followers_source: str


@dataclass(frozen=True, slots=True)
class ImportedInfluencer:
    """A row that was read whole. `consented_on` is None: imported as a draft, which nobody sees."""

    line: int
    external_ref: str
    handle: str
    profile: ProfileValues
    consented_on: date | None
    channel: ImportedChannel | None
    posts: tuple[PostValues, ...] = ()


@dataclass(slots=True)
class RowReader:
    """Reads one row; collects its problems."""

    line: int
    row: Mapping[str, Any]
    today: date
    problems: list[RowProblem] = field(default_factory=list)

    def refuse(self, column: str, reason: object) -> None:
        """Note a problem once per column."""
        if all(problem.column != column for problem in self.problems):
            self.problems.append(RowProblem(self.line, column, str(reason)))

    def text(self, column: str) -> str:
        """Read a text; numbers are taken as they are written."""
        value = self.row.get(column)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            self.refuse(column, _("This must be a text."))
            return ""
        text = str(value).strip()
        if any(ord(sign) < 32 and sign not in "\n\t" for sign in text):
            self.refuse(column, _("This holds characters that cannot be shown."))
        return text

    def texts(self, column: str) -> list[str]:
        """Read a list: separated by | in CSV, an array in JSON lines."""
        value = self.row.get(column)
        if isinstance(value, list):
            if not all(isinstance(entry, str) for entry in value):
                self.refuse(column, _("This must be a list of texts."))
                return []
            return [entry.strip() for entry in value if entry.strip()]
        return [part.strip() for part in self.text(column).split("|") if part.strip()]

    def number(self, column: str) -> int | None:
        """Read a whole number without signs or separators; None when empty."""
        text = self.text(column)
        if not text:
            return None
        if _NUMBER.fullmatch(text) is None or not text.isascii():
            self.refuse(column, _("This must be a whole number in the digits 0 to 9."))
            return None
        return int(text)

    def day(self, column: str) -> date | None:
        """Read a day as YYYY-MM-DD that is not in the future; None when empty."""
        text = self.text(column)
        if not text:
            return None
        try:
            day = date.fromisoformat(text)
        except ValueError:
            self.refuse(column, _("This must be a day as YYYY-MM-DD."))
            return None
        if day > self.today:
            self.refuse(column, _("This day has not come yet."))
        return day

    def influencer(self) -> ImportedInfluencer | None:
        """Read the whole row; None when anything is wrong, which `problems` then tells."""
        external_ref, handle = self.text("external_ref"), self.text("handle").lstrip("@").lower()
        for column in NEEDED:
            if not self.text(column):
                self.refuse(column, _("This is needed in every row."))
        if len(external_ref) > REF_MAX:
            self.refuse("external_ref", _("Use at most %(most)s characters.", most=REF_MAX))
        profile = self._profile(handle)
        channel, posts = self._channel(), self._posts()
        if posts and channel is None:
            self.refuse(
                POSTS,
                _("Posts need the channel they stand on: fill in platform, channel_handle and channel_url."),
            )
        consented_on = self.day("consented_on")
        if consented_on is not None and channel is None:
            self.refuse(
                "consented_on",
                _("Who is listed needs a channel: fill in platform, channel_handle and channel_url."),
            )
        if self.problems:
            return None
        return ImportedInfluencer(self.line, external_ref, handle, profile, consented_on, channel, posts)

    def _profile(self, handle: str) -> ProfileValues:
        slots = self.number("open_slots")
        profile: ProfileValues = {
            "name": self.text("name"),
            "name_ar": self.text("name_ar"),
            "bio": self.text("bio"),
            "languages": self.texts("languages"),
            "country": self.text("country").upper() or None,
            "city": self.text("city"),
            "claimed_topics": self.texts("claimed_topics"),
            "refused_categories": self.texts("refused_categories"),
        }
        if slots is not None:
            profile["open_slots"] = slots
        try:
            check_profile(profile, handle=handle)
        except ProfileInvalid as error:
            for column, reason in error.fields.items():
                self.refuse(column, reason)
        return profile

    def _channel(self) -> ImportedChannel | None:
        platform, handle = self.text("platform").lower(), self.text("channel_handle").lstrip("@")
        url, followers = self.text("channel_url"), self.number("followers")
        as_of, source = (
            self.day("followers_as_of"),
            self.text("followers_source") or FigureSource.SELF_DECLARED,
        )
        if not (platform or handle or url):
            if followers is not None:
                self.refuse(
                    "followers",
                    _("Followers belong to a channel: fill in platform, channel_handle and channel_url."),
                )
            return None
        try:
            check_channel(platform=platform, handle=handle, url=url)
        except ProfileInvalid as error:
            names = {"handle": "channel_handle", "url": "channel_url"}
            for column, reason in error.fields.items():
                self.refuse(names.get(column, column), reason)
        if source not in set(FigureSource):
            self.refuse("followers_source", _("This must be api, reviewed or self_declared."))
        if (followers is None) != (as_of is None):
            column = "followers_as_of" if as_of is None else "followers"
            self.refuse(column, _("Followers and the day they were counted come together."))
        elif followers is not None:
            self._check_followers(followers)
        return ImportedChannel(platform, handle, url, followers, as_of, source)

    def _check_followers(self, followers: int) -> None:
        try:
            check_metric(
                name="followers", value=followers, as_of=self.today, sample_size=None, today=self.today
            )
        except FigureInvalid as error:
            for reason in error.fields.values():
                self.refuse("followers", reason)

    def _posts(self) -> tuple[PostValues, ...]:
        value = self.row.get(POSTS)
        if value is None:
            return ()
        if not isinstance(value, list) or len(value) > POSTS_MAX:
            self.refuse(POSTS, _("This must be a list of at most %(most)s posts.", most=POSTS_MAX))
            return ()
        return tuple(
            post for place, entry in enumerate(value) if (post := self._post(place, entry)) is not None
        )

    def _post(self, place: int, entry: object) -> PostValues | None:
        column = f"{POSTS}.{place}"
        if not isinstance(entry, Mapping):
            self.refuse(column, _("This must be an object."))
            return None
        inner = RowReader(self.line, entry, self.today)
        published_at = inner.moment("published_at")
        post = PostValues(
            url=inner.text("url"),
            published_at=published_at,
            text=inner.text("text"),
            hashtags=tuple(inner.texts("hashtags")),
            kind=inner.text("kind") or "post",
            is_sponsored=entry.get("is_sponsored") is True,
            **{name: inner.number(name) for name in _POST_COUNTS},
        )
        try:
            check_post(
                post, now=datetime(self.today.year, self.today.month, self.today.day, 23, 59, tzinfo=UTC)
            )
        except FigureInvalid as error:
            for name, reason in error.fields.items():
                inner.refuse(name, reason)
        for problem in inner.problems:
            self.refuse(f"{column}.{problem.column}", problem.reason)
        return None if inner.problems else post

    def moment(self, column: str) -> datetime:
        """Read a time in ISO 8601; without a zone it is taken as UTC. The epoch stands for an unreadable one."""
        try:
            moment = datetime.fromisoformat(self.text(column))
        except ValueError:
            self.refuse(column, _("This must be a time as YYYY-MM-DDTHH:MM, best with its zone."))
            return datetime.fromtimestamp(0, UTC)
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
