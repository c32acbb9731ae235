"""What a brief asks for that not every platform it names has: said in the editor before anybody is looked for."""

from collections.abc import Mapping
from typing import Any

from marketplace.influencers.labels import kind_label, platform_label
from marketplace.influencers.pieces import platforms_without
from marketplace.web.language import gettext as _


def work_notes(draft: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each kind of work that does not exist on some of the chosen platforms."""
    platforms = [str(name) for name in draft.get("platforms") or ()]
    kinds = dict.fromkeys(str(row.get("kind") or "") for row in draft.get("deliverables") or ())
    missing = {kind: platforms_without(kind, platforms) for kind in kinds}
    return [_sentence(kind, names) for kind, names in missing.items() if names]


def _sentence(kind: str, platforms: list[str]) -> str:
    return _(
        "%(work)s does not exist on: %(platforms)s. Whoever is only there is left out; ask for another kind of work to reach them.",
        work=kind_label(kind),
        platforms=_(", ").join(platform_label(name) for name in platforms),
    )
