"""The rules for lists of deliverables, the same for what is offered and for what is asked for."""

from collections.abc import Iterable, Iterator, Sequence

from marketplace.influencers.deliverables import KINDS_OF_PLATFORM, DeliverableKind
from marketplace.influencers.domain import Platform
from marketplace.web.language import lazy_gettext as _

KINDS_MAX, COUNT_MAX = 10, 20

Problem = tuple[str, object]
"""The field at fault and what is wrong with it."""


def platforms_without(kind: str, platforms: Sequence[str]) -> list[str]:
    """Return those of the platforms on which a kind of work does not exist; unknown ones and kinds are left out."""
    known = [platform for platform in platforms if platform in KINDS_OF_PLATFORM]
    return [
        name
        for name in known
        if kind in set(DeliverableKind) and kind not in KINDS_OF_PLATFORM[Platform(name)]
    ]


def platforms_with(kinds: Iterable[str], platforms: Sequence[str]) -> tuple[str, ...]:
    """Return those of the platforms (of all, where none is named) that have every kind of work, in their order."""
    wanted = tuple(kinds)
    named = [str(name) for name in platforms or KINDS_OF_PLATFORM]
    return tuple(name for name in named if not any(platforms_without(kind, [name]) for kind in wanted))


def deliverable_problems(
    deliverables: Sequence[tuple[str, int]], *, platforms: Sequence[str]
) -> Iterator[Problem]:
    """Yield what is wrong with pieces (kind, count) that are to be made for at least one of the platforms."""
    kinds = [kind for kind, _count in deliverables]
    if not 1 <= len(kinds) <= KINDS_MAX:
        yield "deliverables", _("Name what you deliver: one to %(most)s kinds.", most=KINDS_MAX)
    if len(set(kinds)) < len(kinds):
        yield "deliverables", _("Each kind stands once; put the number beside it.")
    known = [platform for platform in platforms if platform in KINDS_OF_PLATFORM]
    possible = frozenset[str]().union(*(KINDS_OF_PLATFORM[Platform(platform)] for platform in known))
    for kind, count in deliverables:
        if kind not in set(DeliverableKind):
            yield "deliverables", _("Choose the kind from the list.")
        elif known and kind not in possible:
            yield "deliverables", _("One of these kinds does not exist on the chosen platform.")
        if not 1 <= count <= COUNT_MAX:
            yield "deliverables", _("The number of each kind lies between 1 and %(most)s.", most=COUNT_MAX)
