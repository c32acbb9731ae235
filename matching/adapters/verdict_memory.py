"""What was found out about every row, as bits, remembered between briefs: the rows of a generation never change.

A verdict of a hard filter depends on a row and on the few values that a rule reads of a brief, and many briefs share those;
so does what an offer holds. After a commit only its new rows are looked at. 125 KB a verdict for a million rows, two hundred
of them kept.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Protocol, Self, TypeVar

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
Bits = npt.NDArray[np.uint64]


class Growing(Protocol):
    """A table whose rows never change and to which rows are only added."""

    def __len__(self) -> int: ...

    def since(self, first: int) -> Self:
        """Return the rows from `first` on as a table of their own."""
        ...


T = TypeVar("T", bound=Growing)

KEPT = 200
_WORD = 64
_WORD_BYTES = 8


def pack_bits(mask: Mask) -> Bits:
    """Return the mask as bits in words of 64; those beyond its end are 0."""
    packed = np.zeros(-(-len(mask) // _WORD) * _WORD_BYTES, np.uint8)
    packed[: -(-len(mask) // 8)] = np.packbits(mask)
    return packed.view(np.uint64)


def unpack_bits(bits: Bits, count: int) -> Mask:
    """Return the first `count` bits as a mask."""
    return np.unpackbits(bits.view(np.uint8), count=count).view(np.bool_)


def count_bits(bits: Bits) -> int:
    """Return how many bits are set."""
    return int(np.bitwise_count(bits).sum())


@dataclass(frozen=True, slots=True)
class _Verdict:
    rows: int
    bits: Bits


class VerdictMemory:
    """Belongs to one generation of one process; safe to share between threads."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._verdicts: OrderedDict[Hashable, _Verdict] = OrderedDict()
        self._lock = threading.Lock()

    def bits(self, asked: Hashable, table: T, look: Callable[[T], Mask | None]) -> Bits | None:
        """Return which rows of a table `look` marks; it is asked for those that are not remembered. None: not asked.

        A table may be older than what is remembered: what is known of later rows is left out then.
        """
        rows = len(table)
        with self._lock:
            known = self._verdicts.get(asked)
            if known is not None:
                self._verdicts.move_to_end(asked)
        if known is None or known.rows < rows:
            known = _extend(known, table, look)
            if known is None:
                return None
            self._remember(asked, known)
        return known.bits[: -(-rows // _WORD)]

    def _remember(self, asked: Hashable, verdict: _Verdict) -> None:
        with self._lock:
            self._verdicts[asked] = verdict
            self._verdicts.move_to_end(asked)
            while len(self._verdicts) > self._kept:
                self._verdicts.popitem(last=False)


def _extend(known: _Verdict | None, table: T, look: Callable[[T], Mask | None]) -> _Verdict | None:
    """Look at the rows after the last whole word that is known."""
    words = 0 if known is None else known.rows // _WORD
    mask = look(table.since(words * _WORD) if words else table)
    if mask is None:
        return None
    fresh = pack_bits(mask)
    bits = fresh if known is None or not words else np.concatenate([known.bits[:words], fresh])
    return _Verdict(len(table), bits)
