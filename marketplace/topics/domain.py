"""Words of topics that a site adds to the package's, and the rules one must keep. Pure."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from matching.topics import Topic

LABEL_MAX, DESCRIPTOR_MAX, WORDS_MAX, REASON_MAX = 40, 160, 300, 500
ID_MAX = 60
LIMITS: Mapping[str, int] = {
    "label_en": LABEL_MAX,
    "label_ar": LABEL_MAX,
    "name_en": DESCRIPTOR_MAX,
    "name_ar": DESCRIPTOR_MAX,
    "words_en": WORDS_MAX,
    "words_ar": WORDS_MAX,
}
NEEDED = ("label_en", "label_ar", "name_en", "name_ar")
_NOT_IN_AN_ID = re.compile(r"[^a-z0-9]+")
_DIACRITICS = re.compile(r"[\u0300-\u036f\u064b-\u0652\u0640]")


class BuildStatus(StrEnum):
    """The way of a build of the index with other topics."""

    WAITING = "waiting"
    BUILDING = "building"
    DONE = "done"
    FAILED = "failed"


class BuildFailure(StrEnum):
    """Why a build ended without a new index."""

    UNAVAILABLE = "unavailable"
    OTHER = "other"


class Fault(StrEnum):
    """What is wrong with one field of a topic."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    TAKEN = "taken"
    NO_LATIN_LETTERS = "no_latin_letters"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class TopicDraft:
    """A topic as an operator writes it; `words` are synonyms, read with the descriptor."""

    label_en: str
    label_ar: str
    name_en: str
    name_ar: str
    words_en: str = ""
    words_ar: str = ""
    parent: str | None = None

    @property
    def digest(self) -> str:
        """Names what is written, so that what was looked at is what is added."""
        return hashlib.sha256(repr(self).encode()).hexdigest()

    def topic(self, topic_id: str) -> Topic:
        """Return the topic as the engine reads it."""
        return Topic(
            id=topic_id,
            parent=self.parent,
            label_en=self.label_en,
            label_ar=self.label_ar,
            name_en=_joined(self.name_en, self.words_en, ", "),
            name_ar=_joined(self.name_ar, self.words_ar, "، "),
        )


def _joined(descriptor: str, words: str, separator: str) -> str:
    return separator.join(part for part in (descriptor.strip(), words.strip()) if part)


def id_of(label_en: str) -> str:
    """Return the id that an English name gives: small Latin letters and digits, joined by underscores, at most ID_MAX."""
    plain = unicodedata.normalize("NFKD", label_en).encode("ascii", "ignore").decode().lower()
    return (
        _NOT_IN_AN_ID.sub("_", plain).strip("_")[:ID_MAX].rstrip("_")
    )  # one sign ("㎏") may become several letters


def _folded(label: str) -> str:
    return _DIACRITICS.sub("", unicodedata.normalize("NFKD", label)).casefold().strip()


def faults(draft: TopicDraft, present: Iterable[Topic], taken_ids: Iterable[str]) -> dict[str, Fault]:
    """Return what is wrong, by field. `present` are the topics in use, `taken_ids` every id ever given, retired ones too."""
    topics = {topic.id: topic for topic in present}
    found = {field: fault for field in LIMITS if (fault := _text_fault(draft, field)) is not None}
    names = {_folded(label) for topic in topics.values() for label in (topic.label_en, topic.label_ar)}
    for field in ("label_en", "label_ar"):
        if _folded(getattr(draft, field)) in names:
            found.setdefault(field, Fault.TAKEN)
    own = id_of(draft.label_en)
    if not own:
        found.setdefault("label_en", Fault.NO_LATIN_LETTERS)
    elif own in {*taken_ids, *topics}:
        found.setdefault("label_en", Fault.TAKEN)
    if draft.parent is not None and draft.parent not in topics:
        found["parent"] = Fault.UNKNOWN
    return found


def _text_fault(draft: TopicDraft, field: str) -> Fault | None:
    value: str = getattr(draft, field)
    if len(value) > LIMITS[field]:
        return Fault.TOO_LONG
    return Fault.MISSING if field in NEEDED and not value.strip() else None
