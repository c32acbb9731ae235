"""The brief whose list a brand reads."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from marketplace.brands.models import Brand
from marketplace.briefs.models import Brief
from marketplace.errors import NotFound
from marketplace.policies import Actor
from marketplace.web.language import gettext as _

_RANKED = (
    select(Brief, Brand.status)
    .join(Brand, Brand.id == Brief.brand_id)
    .where(Brief.id == bindparam("brief_id"))
)


@dataclass(frozen=True, slots=True)
class RankedBrief:
    """A brief of the reader's brand with the state of that brand, which says whether anybody can be invited yet."""

    brief: Brief
    brand_status: str


def get_ranked_brief(session: Session, *, actor: Actor, brief_id: str) -> RankedBrief:
    """Return a brief of the actor's brand. One statement. Raises NotFound, also for somebody else's."""
    row = session.execute(_RANKED, {"brief_id": brief_id}).one_or_none()
    if row is None or row[0].brand_id != actor.brand_id:
        raise NotFound(_("There is no such brief."))
    return RankedBrief(row[0], row[1])
