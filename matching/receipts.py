"""The receipt of one result: filters, parts that add up to the score, evidence, versions; frozen, storable, replayable."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from matching.eligibility import FilterOutcome
from matching.scoring import Formula, Part, PartState, points_lost


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A line of its own beside the parts (exposure, capacity): points added (+) or taken (-), with the reason's key."""

    name: str
    points: float
    evidence: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence for the page to translate: `key` names the sentence, `params` its numbers and ids (JSON values)."""

    key: str
    params: dict[str, object]


@dataclass(frozen=True, slots=True)
class Receipt:
    """Everything that decided one place in one run. `relevance_raw` breaks ties before the id does."""

    influencer_id: str
    run_id: str
    rank: int
    score: float
    relevance_raw: float
    parts: tuple[Part, ...]
    adjustments: tuple[Adjustment, ...]
    filters: tuple[FilterOutcome, ...]
    reasons: tuple[Reason, ...]
    document_version: int
    formula_version: str
    generation: str
    topics_version: str
    encoder: str
    computed_at: datetime

    def to_dict(self) -> dict[str, object]:
        """Return JSON values only; the receipt's own mappings are in it, not copies."""
        nested = ("parts", "adjustments", "filters", "reasons")
        return {
            **_fields(self),
            **{name: tuple(_fields(one) for one in getattr(self, name)) for name in nested},
            "computed_at": self.computed_at.isoformat(),
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, object]) -> "Receipt":
        """Read what `to_dict` gave. Raises KeyError when a field is missing."""
        return cls(
            influencer_id=str(stored["influencer_id"]),
            run_id=str(stored["run_id"]),
            rank=int(str(stored["rank"])),
            score=float(str(stored["score"])),
            relevance_raw=float(str(stored["relevance_raw"])),
            parts=tuple(_read_part(part) for part in _rows(stored["parts"])),
            adjustments=tuple(_read_adjustment(row) for row in _rows(stored["adjustments"])),
            filters=tuple(_read_filter(row) for row in _rows(stored["filters"])),
            reasons=tuple(
                Reason(str(row["key"]), _mapping(row["params"])) for row in _rows(stored["reasons"])
            ),
            document_version=int(str(stored["document_version"])),
            formula_version=str(stored["formula_version"]),
            generation=str(stored["generation"]),
            topics_version=str(stored["topics_version"]),
            encoder=str(stored["encoder"]),
            computed_at=datetime.fromisoformat(str(stored["computed_at"])),
        )


def _fields(value: Any) -> dict[str, object]:
    """Return the fields by name. `asdict` copies everything below them, one by one: most of the time of storing a run."""
    return {name: getattr(value, name) for name in value.__slots__}


def _rows(value: object) -> Iterable[dict[str, object]]:
    return [dict(row) for row in value if isinstance(row, Mapping)] if isinstance(value, list | tuple) else []


def _mapping(value: object) -> dict[str, object]:
    return dict(value) if isinstance(value, Mapping) else {}


def _read_adjustment(row: Mapping[str, object]) -> Adjustment:
    return Adjustment(
        name=str(row["name"]), points=float(str(row["points"])), evidence=_mapping(row.get("evidence"))
    )


def _read_filter(row: Mapping[str, object]) -> FilterOutcome:
    return FilterOutcome(
        code=str(row["code"]), is_passed=bool(row["is_passed"]), is_checked=bool(row["is_checked"])
    )


def _read_part(row: Mapping[str, object]) -> Part:
    return Part(
        name=str(row["name"]),
        value=float(str(row["value"])),
        weight=float(str(row["weight"])),
        points=float(str(row["points"])),
        state=PartState(str(row["state"])),
        evidence=_mapping(row["evidence"]),
        mean_points=None if row.get("mean_points") is None else float(str(row["mean_points"])),
    )


@dataclass(frozen=True, slots=True)
class ReplayedResult:
    """One line of a replay: the score computed again from stored values, beside the score stored then."""

    influencer_id: str
    score: float
    stored_score: float


def rank_key(score: float, relevance_raw: float, influencer_id: str) -> tuple[float, float, str]:
    """Return the sort key of a result: higher score, then higher raw relevance, then smaller id."""
    return (-round(score, 9), -round(relevance_raw, 9), influencer_id)


def replay(receipts: Iterable[Receipt], formula: Formula) -> tuple[ReplayedResult, ...]:
    """Score a stored run again from its stored values with the stored formula, best first."""
    keyed = []
    for receipt in receipts:
        points = sum(points_lost(part.name, part.value, formula) for part in receipt.parts)
        score = 100.0 - points + sum(line.points for line in receipt.adjustments)
        key = rank_key(score, receipt.relevance_raw, receipt.influencer_id)
        keyed.append((key, ReplayedResult(receipt.influencer_id, score, receipt.score)))
    return tuple(result for _, result in sorted(keyed, key=lambda entry: entry[0]))
