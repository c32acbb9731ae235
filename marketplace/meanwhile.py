"""Saves that were begun from an older state: a mark of what is stored goes out with a form and comes back with it."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, ClassVar

from marketplace.errors import Conflict
from marketplace.web.language import lazy_gettext as _


class ChangedMeanwhile(Conflict):
    """Somebody else saved since this was read; `mark` is that of what is stored now, `names` are the fields that differ."""

    code: ClassVar[str] = "changed_meanwhile"

    def __init__(self, mark: str, names: tuple[str, ...] = ()) -> None:
        super().__init__(_("This was changed since you read it. Read it again, then repeat what you did."))
        self.mark, self.names = mark, names


def mark_of(state: Mapping[str, Any]) -> str:
    """Return the mark of a state: 16 letters and digits, the same for the same values."""
    plain = json.dumps(state, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def differing(stored: Mapping[str, Any], wanted: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names under which the two states hold different values, in the order of the wanted one."""
    return tuple(
        name for name, value in wanted.items() if mark_of({"": stored.get(name)}) != mark_of({"": value})
    )


def refuse_overwriting(seen: str | None, *, stored: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    """Let a save pass that was begun from what is stored, or that changes nothing; refuse one begun from another state.

    `seen` is the mark that came back with the form; None for what was filled from no form.

    Raises:
        ChangedMeanwhile: see its class.

    """
    if seen is None or seen == mark_of(stored):
        return
    names = differing(stored, wanted)
    if names:
        raise ChangedMeanwhile(mark_of(stored), names)
