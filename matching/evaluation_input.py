"""Reads outside data for an evaluation: creators, briefs and, when they are there, labels. Bad lines name file and line."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from matching.documents import ChannelDocument, Figure, InfluencerDocument, Source
from matching.errors import MatchingError

CREATORS = "creators.jsonl"
BRIEFS = "briefs.jsonl"
LABELS = "qrels.tsv"
PLATFORM = "outside"


class EvaluationInputInvalid(MatchingError):
    """A file of the evaluation folder is missing or holds a line that cannot be read."""

    code = "evaluation_input_invalid"
    kind = "invalid"


@dataclass(frozen=True, slots=True)
class LabelledBrief:
    """A brief in its forms (name -> text). `pool` only tells the measures which ids may count, never the engine."""

    id: str
    forms: dict[str, str]
    pool: str | None


@dataclass(frozen=True, slots=True)
class EvaluationData:
    """`pools` and `gains` (brief -> id -> gain) serve the measures only; `gains` is empty without labels."""

    documents: tuple[InfluencerDocument, ...]
    briefs: tuple[LabelledBrief, ...]
    pools: dict[str, str | None]
    gains: dict[str, dict[str, int]]


def read_evaluation(directory: Path, *, read_on: date) -> EvaluationData:
    """Read the folder. Raises EvaluationInputInvalid with the file, the line and what to do."""
    documents: dict[str, InfluencerDocument] = {}
    pools: dict[str, str | None] = {}
    for where, row in _json_lines(directory / CREATORS):
        document = _document(row, where, read_on)
        pools[document.id] = _text_or_none(row, "pool")
        documents[document.id] = _merge(documents.get(document.id), document)
    briefs = tuple(_brief(row, where) for where, row in _json_lines(directory / BRIEFS))
    return EvaluationData(tuple(documents.values()), briefs, pools, _read_labels(directory / LABELS))


def _json_lines(path: Path) -> Iterator[tuple[str, dict[str, object]]]:
    for where, line in _lines(path):
        try:
            row = json.loads(line)
        except ValueError as error:
            raise EvaluationInputInvalid(f"{where}: not JSON ({error}); write one object a line.") from error
        if not isinstance(row, dict):
            raise EvaluationInputInvalid(f"{where}: not an object; write one JSON object a line.")
        yield where, row


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise EvaluationInputInvalid(
            f"{path}: cannot be read ({error.strerror}); name a folder that holds it."
        ) from error
    except UnicodeDecodeError as error:
        raise EvaluationInputInvalid(f"{path}: is not UTF-8; save it as UTF-8.") from error
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield f"{path.name} line {number}", line


def _document(row: dict[str, object], where: str, read_on: date) -> InfluencerDocument:
    followers = row.get("followers")
    channels: tuple[ChannelDocument, ...] = ()
    if followers is not None:
        if isinstance(followers, bool) or not isinstance(followers, int | float) or followers < 0:
            raise EvaluationInputInvalid(f"{where}: followers must be a number of at least 0, or null.")
        figure = Figure(float(followers), Source.SELF_DECLARED, read_on)
        channels = (ChannelDocument(PLATFORM, "", "", is_proven=False, followers=figure),)
    language = _text_or_none(row, "lang")
    return InfluencerDocument(
        id=_needed_text(row, "id", where),
        version=1,
        handle="",
        name=_text_or_none(row, "name") or "",
        name_ar="",
        bio=_text_or_none(row, "text") or "",
        country=_text_or_none(row, "country"),
        city=None,
        languages=(language,) if language else (),
        claimed_topics=(),
        channels=channels,
    )


def _merge(known: InfluencerDocument | None, document: InfluencerDocument) -> InfluencerDocument:
    """Join the lines of one creator who stands under several headings: texts that differ are put together."""
    if known is None or document.bio in known.bio:
        return known or document
    return replace(known, bio=f"{known.bio} {document.bio}".strip())


def _brief(row: dict[str, object], where: str) -> LabelledBrief:
    forms = row.get("forms")
    if not isinstance(forms, dict) or not all(isinstance(text, str) for text in forms.values()):
        raise EvaluationInputInvalid(f"{where}: forms must be an object of texts by name.")
    return LabelledBrief(_needed_text(row, "qid", where), dict(forms), _text_or_none(row, "pool"))


def _needed_text(row: dict[str, object], key: str, where: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value:
        raise EvaluationInputInvalid(f"{where}: {key} is missing; give a text.")
    return value


def _text_or_none(row: dict[str, object], key: str) -> str | None:
    value = row.get(key)
    return value if isinstance(value, str) else None


def _read_labels(path: Path) -> dict[str, dict[str, int]]:
    if not path.exists():
        return {}
    gains: dict[str, dict[str, int]] = {}
    for where, line in _lines(path):
        fields = line.split()
        if len(fields) != 4 or not fields[3].lstrip("-").isdigit():
            raise EvaluationInputInvalid(f"{where}: write brief, 0, creator and gain, separated by tabs.")
        gains.setdefault(fields[0], {})[fields[2]] = int(fields[3])
    return gains


def read_rankings(path: Path) -> dict[tuple[str, str], list[str]]:
    """Read rankings that an earlier run wrote, by (brief, form). Raises EvaluationInputInvalid."""
    rankings: dict[tuple[str, str], list[str]] = {}
    for where, row in _json_lines(path):
        ranking = row.get("ranking")
        if not isinstance(ranking, list):
            raise EvaluationInputInvalid(f"{where}: ranking must be a list of ids, best first.")
        key = _needed_text(row, "qid", where), _needed_text(row, "form", where)
        rankings[key] = [str(i) for i in ranking]
    return rankings
