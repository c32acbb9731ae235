"""What a page reads from its address: what it cannot read is left out, and the page says so and what can be chosen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import g, request

from marketplace.cursors import Cursor

CHOICES_SHOWN = 12
#: what links from elsewhere carry and no page reads
FOREIGN = ("utm_", "fbclid", "gclid")
VALUE_SHOWN_MAX = 60


@dataclass(frozen=True, slots=True)
class UnreadValue:
    """A field of the address that asks for nothing here. `value` is empty where its very name is not known."""

    name: str
    value: str
    #: what can be chosen, or which fields the page reads; the first few
    choices: tuple[str, ...]
    #: how many more there are
    more: int


def one_of(name: str, choices: Iterable[str], default: str = "") -> str:
    """Return the field when it is one of `choices`, else `default`."""
    given, offered = request.args.get(name, ""), list(choices)
    if given in offered:
        return given
    note_unread(name, given, offered)
    return default


def each_of(name: str, choices: Iterable[str], *, told: Sequence[str] = ()) -> list[str]:
    """Return the values of the field that are among `choices`, in the order of the address.

    `told` is what a page says can be chosen where that is less than what it takes.
    """
    offered = list(choices)
    for given in request.args.getlist(name):
        if given not in offered:
            note_unread(name, given, told or offered)
    return [given for given in request.args.getlist(name) if given in offered]


def count_from(name: str) -> int:
    """Return a count from 0 on that stands in the field; 0 where none does."""
    given = request.args.get(name, "")
    if given.isascii() and given.isdecimal():
        return min(int(given[:9]), 10**9)
    note_unread(name, given)
    return 0


def text_of(name: str, most: int) -> str:
    """Return the words in the field, at most `most` characters of them; the rest is said not to be read."""
    given = request.args.get(name, "").strip()
    note_unread(name, given[most:])
    return given[:most]


def after() -> str | None:
    """Return the cursor in the field `after`; None, which is the beginning of a list, where it holds none of ours."""
    given = request.args.get("after", "")
    if given.isascii() and Cursor.find(given):
        return given
    note_unread("after", given)
    return None


def only(*names: str) -> None:
    """Say of every other field of the address that this page does not read it."""
    for name in request.args:
        if name not in names and not name.startswith(FOREIGN):
            _note(UnreadValue(name[:VALUE_SHOWN_MAX], "", names, 0))


def note_unread(name: str, value: str, choices: Sequence[str] = ()) -> None:
    """Leave for the page that this value of a field could not be read; an empty one asks for nothing."""
    if value:
        left = max(0, len(choices) - CHOICES_SHOWN)
        _note(UnreadValue(name, value[:VALUE_SHOWN_MAX], tuple(choices[:CHOICES_SHOWN]), left))


def unread_values() -> list[UnreadValue]:
    """Return what this request's address asks for in vain."""
    noted: list[UnreadValue] = g.get("unread_values", [])
    return noted


def _note(unread: UnreadValue) -> None:
    noted = g.setdefault("unread_values", [])
    if unread not in noted:
        noted.append(unread)
