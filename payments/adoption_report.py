"""What became of effects of the provider that a restored database had forgotten."""

from dataclasses import dataclass

FREEZE_REASON = "restored: an effect of the provider that fits no decision"


@dataclass(frozen=True, slots=True)
class AdoptionReport:
    """Effects by the provider's ids: known before, taken up now, and those that a person must look at."""

    known: int
    adopted: tuple[str, ...]
    unclear: tuple[str, ...]
