"""Reading briefs: a brand's own, and the open ones that influencers see."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, select
from sqlalchemy.orm import Session, aliased

from marketplace.brands.domain import BrandStatus
from marketplace.brands.models import Brand
from marketplace.briefs.domain import BriefStatus
from marketplace.briefs.models import Brief, BriefVersion
from marketplace.cursors import Cursor
from marketplace.errors import NotFound
from marketplace.ownership import require
from marketplace.policies import Actor, Permission, Subject
from marketplace.web.language import lazy_gettext as _

PAGE = 20
NEWEST, LIVE = aliased(BriefVersion), aliased(BriefVersion)
_OWN_LIST = (
    select(Brief, NEWEST, LIVE)
    .outerjoin(NEWEST, NEWEST.id == Brief.newest_version_id)
    .outerjoin(LIVE, LIVE.id == Brief.live_version_id)
    .where(Brief.brand_id == bindparam("brand_id"))
    .order_by(Brief.created_at.desc(), Brief.id.desc())
)
_IS_OPEN = and_(
    Brief.status == BriefStatus.OPEN,
    Brief.is_hidden.is_(False),
    Brief.live_version_id.is_not(None),
    Brand.status == BrandStatus.APPROVED,
)
_PUBLISHED = (
    select(Brief, BriefVersion, Brand)
    .join(BriefVersion, BriefVersion.id == Brief.live_version_id)
    .join(Brand, Brand.id == Brief.brand_id)
)
# built once, the limit included: a statement made anew has to be looked through before it is found compiled
_OPEN_LIST = (
    _PUBLISHED.where(_IS_OPEN)
    .order_by(Brief.published_at.desc(), Brief.id.desc())
    .limit(bindparam("most", type_=Integer))
)
_OPEN_LIST_FROM_TODAY = _OPEN_LIST.where(BriefVersion.ends_on >= bindparam("today"))
_OPEN_BRIEF = _PUBLISHED.where(Brief.id == bindparam("brief_id"), Brief.is_hidden.is_(False))
_OWN_BRIEF = (
    select(Brief, BriefVersion)
    .outerjoin(BriefVersion, BriefVersion.id.in_((Brief.newest_version_id, Brief.live_version_id)))
    .where(Brief.id == bindparam("brief_id"))
)


@dataclass(frozen=True, slots=True)
class OwnBrief:
    """A brief with its newest and its published version, where there are any."""

    brief: Brief
    newest: BriefVersion | None
    live: BriefVersion | None


@dataclass(frozen=True, slots=True)
class OpenBrief:
    """A published brief as influencers see it."""

    brief: Brief
    version: BriefVersion
    brand: Brand


@dataclass(frozen=True, slots=True)
class BriefPage:
    """One page of a brand's briefs; `next_cursor` is None at the end."""

    rows: tuple[OwnBrief, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class OpenBriefPage:
    """One page of open briefs; `next_cursor` is None at the end."""

    rows: tuple[OpenBrief, ...]
    next_cursor: str | None


def is_open() -> ColumnElement[bool]:
    """Return the condition for rows of Brief joined to Brand that influencers may read and answer."""
    return _IS_OPEN


def list_own_briefs(
    session: Session, *, brand_id: str, status: str = "", cursor: str | None = None, limit: int = PAGE
) -> BriefPage:
    """Return a page of a brand's briefs, newest first, in one statement."""
    statement: Select[Brief, BriefVersion, BriefVersion] = _OWN_LIST
    if status:
        statement = statement.where(Brief.status == status)
    after = Cursor.find(cursor)
    if after is not None:
        statement = statement.where(after.older(Brief.created_at, Brief.id))
    rows = session.execute(statement.limit(limit + 1), {"brand_id": brand_id}).all()
    last = rows[limit - 1][0] if len(rows) > limit else None
    return BriefPage(
        tuple(OwnBrief(*row) for row in rows[:limit]),
        Cursor(last.created_at, last.id).as_text() if last is not None else None,
    )


def get_own_brief(session: Session, *, actor: Actor, brief_id: str) -> OwnBrief:
    """Return one brief of the actor's brand. Raises NotFound, Forbidden."""
    rows = session.execute(_OWN_BRIEF, {"brief_id": brief_id}).all()
    if not rows:
        raise NotFound(_("There is no such brief."))
    brief = rows[0][0]
    require(actor, Permission.BRAND_VIEW, Subject(brand_id=brief.brand_id))
    # mostly one version is both: read once, its long columns are not decoded twice
    versions: dict[str | None, BriefVersion] = {row[1].id: row[1] for row in rows if row[1] is not None}
    return OwnBrief(brief, versions.get(brief.newest_version_id), versions.get(brief.live_version_id))


def list_open_briefs(
    session: Session, *, cursor: str | None = None, limit: int = PAGE, today: date | None = None
) -> OpenBriefPage:
    """Return a page of open briefs, newest first, in one statement; with `today`, those whose last day is to come."""
    statement = _OPEN_LIST if today is None else _OPEN_LIST_FROM_TODAY
    after = Cursor.find(cursor)
    if after is not None:
        statement = statement.where(after.older(Brief.published_at, Brief.id))
    rows = session.execute(statement, {"today": today, "most": limit + 1}).all()
    last = rows[limit - 1][0] if len(rows) > limit else None
    return OpenBriefPage(
        tuple(OpenBrief(*row) for row in rows[:limit]),
        Cursor(last.published_at, last.id).as_text() if last is not None and last.published_at else None,
    )


def get_answerable_brief(session: Session, *, brief_id: str) -> OpenBrief:
    """Return a brief that influencers may answer at present: what the list of open briefs would show.

    Raises:
        NotFound: no such brief, or it takes nobody.

    """
    row = session.execute(_PUBLISHED.where(Brief.id == brief_id, is_open())).one_or_none()
    if row is None:
        raise NotFound(_("There is no such open brief."))
    return OpenBrief(*row)


def get_open_brief(session: Session, *, brief_id: str) -> OpenBrief:
    """Return a published brief, also one that takes nobody at present, for influencers and operators.

    Raises:
        NotFound: never published, or hidden.

    """
    row = session.execute(_OPEN_BRIEF, {"brief_id": brief_id}).one_or_none()
    if row is None:
        raise NotFound(_("This brief is not published."))
    return OpenBrief(*row)
