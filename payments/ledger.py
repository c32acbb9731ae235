"""Journal entries as pure values: balanced per currency, hashed into the chain of their stream, never changed."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from payments import chart
from payments.errors import PaymentError
from payments.money import get_currency

GENESIS_HASH = "0" * 64
"""What the first entry of every stream names as its predecessor."""


class EntryNotBalanced(PaymentError):
    code = "entry_not_balanced"


class LegNotValid(PaymentError):
    code = "leg_not_valid"


@dataclass(frozen=True, slots=True)
class Leg:
    """One line of an entry: an amount in minor units on one account, debit positive, credit negative."""

    account: str
    currency: str
    amount_minor: int
    part_ref: str | None = None

    def __post_init__(self) -> None:
        step = get_currency(self.currency).step_minor
        if type(self.amount_minor) is not int or self.amount_minor == 0:
            raise LegNotValid("A leg carries a whole amount other than zero.", account=self.account)
        if not chart.is_address(self.account):
            raise LegNotValid("This account is not in the chart.", account=self.account)
        if self.account.startswith("liab:") and self.amount_minor % step:
            raise LegNotValid(f"What we owe in {self.currency} is a multiple of {step} minor units.")


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One business fact and its legs; `key` is its natural key, so that telling it twice posts it once."""

    key: str
    kind: str
    stream: str
    occurred_at: datetime
    legs: tuple[Leg, ...]
    booking_ref: str | None = None
    operation_id: str | None = None
    memo: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        sums: dict[str, int] = defaultdict(int)
        for leg in self.legs:
            sums[leg.currency] += leg.amount_minor
        if not sums or any(sums.values()):
            raise EntryNotBalanced(
                f"Entry {self.key} does not sum to zero in every currency.", sums=dict(sums)
            )

    def content(self) -> dict[str, object]:
        """Return what the hash covers, in plain JSON values."""
        return {
            "key": self.key,
            "kind": self.kind,
            "stream": self.stream,
            "occurred_at": self.occurred_at.isoformat(timespec="microseconds"),
            "booking_ref": self.booking_ref,
            "operation_id": self.operation_id,
            "memo": dict(self.memo),
            "legs": [[leg.account, leg.currency, leg.amount_minor, leg.part_ref] for leg in self.legs],
        }


def entry_hash(entry: JournalEntry, *, sequence: int, previous_hash: str) -> str:
    """Return SHA-256 of the previous hash, the place in the stream and the canonical JSON of the entry, in hex."""
    text = f"[{_canonical(previous_hash)},{sequence},{canonical_content(entry)}]"
    return hashlib.sha256(text.encode()).hexdigest()


def canonical_content(entry: JournalEntry) -> str:
    """Return the canonical JSON of what an entry's hash covers of itself."""
    return _canonical(entry.content())


class StreamHeads:
    """The newest hashes of some streams that follow one another, as the text that a root's digest reads."""

    def __init__(self, first: str | None = None, last: str | None = None, text: str = "") -> None:
        self.first = first
        self.last = last
        self._texts = [text] if text else []

    @property
    def text(self) -> str:
        return ",".join(self._texts)

    def add(self, stream: str, head: str) -> None:
        """Add the newest hash of a stream.

        Raises:
            ValueError: the stream does not come after the one before it.

        """
        _check_order(self.last, stream)
        self._texts.append(f"[{_canonical(stream)},{_canonical(head)}]")
        self.first, self.last = self.first or stream, stream


class RootDigest:
    """The hash that seals the newest entry hash of every stream, fed stream by stream so that memory stays flat.

    Streams are added in the order of their names; the digest is SHA-256 of the canonical JSON of the previous root and
    the list of (stream, hash).
    """

    def __init__(self, previous_root: str) -> None:
        self._digest = hashlib.sha256(f"[{_canonical(previous_root)},[".encode())
        self._last: str | None = None

    def add(self, stream: str, head: str) -> None:
        """Add the newest hash of a stream.

        Raises:
            ValueError: the stream does not come after the one before it.

        """
        heads = StreamHeads()
        heads.add(stream, head)
        self.extend(heads)

    def extend(self, heads: StreamHeads) -> None:
        """Add the newest hashes of streams that come after the last one.

        Raises:
            ValueError: they do not come after it.

        """
        if heads.first is None:
            return
        _check_order(self._last, heads.first)
        comma = "" if self._last is None else ","
        self._digest.update(f"{comma}{heads.text}".encode())
        self._last = heads.last

    def hexdigest(self) -> str:
        """Return the root's hash, in hex."""
        whole = self._digest.copy()
        whole.update(b"]]")
        return whole.hexdigest()


def _check_order(last: str | None, stream: str) -> None:
    if last is not None and stream <= last:
        raise ValueError(f"{stream} does not come after {last}.")


def root_hash(*, previous_root: str, heads: Mapping[str, str]) -> str:
    """Return the hash that seals the newest entry hash of every stream, in hex."""
    root = RootDigest(previous_root)
    for stream, head in sorted(heads.items()):
        root.add(stream, head)
    return root.hexdigest()


def legs_of(*legs: tuple[str, int], currency: str, part_ref: str | None = None) -> tuple[Leg, ...]:
    """Build legs of one currency, leaving out zero amounts."""
    return tuple(Leg(account, currency, amount, part_ref) for account, amount in legs if amount)


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _canonical(content: object) -> str:
    return _ENCODER.encode(content)
