"""Opaque identifiers: 20 characters of Crockford's base32, 100 random bits.

The source of randomness can be swapped for one block, which is how the demo's world gets the same ids every time.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 20

Bits = Callable[[int], int]

_source: ContextVar[Bits] = ContextVar("id_source", default=secrets.randbits)


def new_id() -> str:
    """Return a new identifier from the source in force."""
    bits = _source.get()(5 * LENGTH)
    return "".join(ALPHABET[(bits >> (5 * place)) & 31] for place in range(LENGTH))


def new_token() -> str:
    """Return a secret for links, keys and sessions; never from a swapped source."""
    return secrets.token_urlsafe(32)


@contextmanager
def id_source(bits: Bits) -> Iterator[None]:
    """Take identifiers from `bits` (a function of a number of bits) inside the block."""
    token = _source.set(bits)
    try:
        yield
    finally:
        _source.reset(token)
