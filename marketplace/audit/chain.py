"""Pure: how an audit entry is hashed into its stream's chain, and how heads are sealed into one root."""

import hashlib
import json
from collections.abc import Iterable, Mapping

GENESIS = "0" * 64


def entry_hash(previous_hash: str, facts: Mapping[str, object]) -> str:
    """Return SHA-256 over the previous hash and the canonical JSON of the entry's facts (keys sorted, UTF-8)."""
    canonical = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{previous_hash}\n{canonical}".encode()).hexdigest()


def sealed_root(previous_root: str, heads: Iterable[tuple[str, int, str]]) -> str:
    """Return the root over (stream, sequence, hash) of every stream's head, chained to the root before."""
    lines = [f"{stream} {sequence} {digest}" for stream, sequence, digest in sorted(heads)]
    return hashlib.sha256("\n".join([previous_root, *lines]).encode()).hexdigest()
