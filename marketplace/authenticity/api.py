"""Unusual figures over the API, for operators; a contest of one is decided as a case."""

from typing import Any

from marketplace.authenticity.queries import UnusualLine, list_unusual
from marketplace.authenticity.schemas import UnusualFiguresPageSchema
from marketplace.authenticity.words import sign_label
from marketplace.db import db
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.api import ApiBlueprint
from marketplace.web.schema import plain

blueprint = ApiBlueprint("authenticity", description="How usual figures are among peers.")


@blueprint.read("/authenticity", answer=UnusualFiguresPageSchema)
@requires(Permission.CASE_VIEW)
def list_unusual_figures() -> dict[str, Any]:
    """List whose figures are most unusual, the 50 with the lowest values first. There is no second page."""
    return {"items": [_body(line) for line in list_unusual(db.session)], "next_cursor": None}


def _body(line: UnusualLine) -> dict[str, Any]:
    signs = [{**plain(sign), "title": sign_label(sign.name)} for sign in line.signs]
    return {**plain(line), "signs": signs}
