"""Results of the service as frozen values: a run with its results, an influencer's own place, a fitting brief."""

from dataclasses import dataclass, field

from matching.counterfactuals import Move
from matching.documents import InfluencerDocument, OfferDocument
from matching.loosening import Loosening
from matching.queries import UnderstoodBrief
from matching.receipts import Receipt
from matching.scoring import Part


@dataclass(frozen=True, slots=True)
class MatchResult:
    """One shown influencer: the indexed document (re-read the database before promising), offer and receipt.

    `features` are the stored ones, for what is computed of a result afterwards (forecasts); `propensity` is how often
    the seeded draw puts them on the first page.
    """

    influencer_id: str
    rank: int
    score: float
    document: InfluencerDocument
    offer: OfferDocument | None
    receipt: Receipt
    features: dict[str, object] = field(default_factory=dict)
    propensity: float = 1.0

    @property
    def shared_topics(self) -> tuple[str, ...]:
        """The topics that the brief asks for and the influencer talks about, heaviest first."""
        part = next((part for part in self.receipt.parts if part.name == "relevance"), None)
        found = part.evidence.get("topics") if part is not None else None
        return tuple(map(str, found)) if isinstance(found, list) else ()


@dataclass(frozen=True, slots=True)
class MatchRun:
    """A ranked answer. `pool_size` passed the hard filters; `refusals` counts those that did not, by first reason.

    `loosenings` say, when few passed, what loosening one filter would bring.
    """

    run_id: str
    results: tuple[MatchResult, ...]
    refusals: dict[str, int]
    pool_size: int
    generation: str
    formula_version: str
    understood: UnderstoodBrief
    loosenings: tuple[Loosening, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnRank:
    """Where an influencer stands for one brief. `refusal` names the hard filter when `rank` is None (None: too far down).

    `costliest` is the part that takes most points away; `moves` are changes that would help, best first.
    """

    rank: int | None
    pool_size: int
    refusal: str | None
    result: MatchResult | None
    costliest: Part | None
    moves: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True)
class BriefFit:
    """How one open brief suits an influencer: relevance 0 to 1 on the reference scale, or the refusal's code."""

    brief_id: str
    relevance: float
    refusal: str | None
    topics: tuple[str, ...]
