"""Words and rules of baskets: what a brand may set, what became of the proof and of each invitation."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from matching.basket.problem import Limits

FLOOR_LANGUAGE = "ar"
COUNT_MOST = 50


class ProofState(StrEnum):
    """Whether the bound of a basket is still being searched for, was found, or could not be."""

    WAITING = "waiting"
    PROVEN = "proven"
    FAILED = "failed"


class InviteOutcome(StrEnum):
    """What sending did for one person of a basket."""

    SENT = "sent"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a brand set. `budget_minor` counts listed prices, as the brief's budget does; `arabic_percent` 0 asks nothing."""

    budget_minor: int
    count_most: int
    per_topic_most: int | None = None
    arabic_percent: int = 0
    has_newcomer: bool = False
    kept: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()

    def limits(self, set_aside: frozenset[str] = frozenset()) -> Limits:
        """Return the limits for the solver; who is set aside is chosen only when they must be in."""
        return Limits(
            budget_minor=self.budget_minor,
            count_most=self.count_most,
            per_topic_most=self.per_topic_most,
            floor_share=self.arabic_percent / 100,
            newcomers_least=1 if self.has_newcomer else 0,
            included=frozenset(self.kept),
            excluded=frozenset(self.dropped) | (set_aside - frozenset(self.kept)),
        )

    def as_plain(self) -> dict[str, Any]:
        """Return JSON values."""
        return asdict(self) | {"kept": list(self.kept), "dropped": list(self.dropped)}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Read what `as_plain` gave."""
        return cls(**{**plain, "kept": tuple(plain["kept"]), "dropped": tuple(plain["dropped"])})
