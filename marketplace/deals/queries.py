"""Reading applications, invitations and orders: single ones and lists, each in one statement."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam, select
from sqlalchemy.orm import Session

from marketplace.brands.models import Brand
from marketplace.briefs.models import Brief
from marketplace.cursors import Cursor
from marketplace.deals.models import LIVE_APPLICATION, Application, Invitation, Order
from marketplace.deals.permitted import (
    application_actions,
    invitation_actions,
    order_actions,
)
from marketplace.deals.views import (
    ApplicationView,
    BriefLine,
    Consent,
    InvitationView,
    OrderView,
    Person,
    QuoteLine,
)
from marketplace.errors import NotFound
from marketplace.influencers.models import Influencer
from marketplace.ownership import require
from marketplace.policies import Actor, Permission, Subject
from marketplace.quotes.models import Quote, TermsSnapshot
from marketplace.quotes.policy_records import payable_until

_APPLICATIONS: Select[*tuple[Any, ...]] = (
    select(Application, Brief, Brand, Influencer, TermsSnapshot, Quote)
    .join(Brief, Brief.id == Application.brief_id)
    .join(Brand, Brand.id == Brief.brand_id)
    .join(Influencer, Influencer.id == Application.influencer_id)
    .join(TermsSnapshot, TermsSnapshot.id == Application.terms_id)
    .outerjoin(Quote, Quote.id == Application.quote_id)
)
_INVITATIONS: Select[*tuple[Any, ...]] = (
    select(Invitation, Brief, Brand, Influencer, TermsSnapshot, Quote)
    .join(Brief, Brief.id == Invitation.brief_id)
    .join(Brand, Brand.id == Brief.brand_id)
    .join(Influencer, Influencer.id == Invitation.influencer_id)
    .outerjoin(TermsSnapshot, TermsSnapshot.id == Invitation.terms_id)
    .outerjoin(Quote, Quote.id == Invitation.quote_id)
)
_ORDERS: Select[*tuple[Any, ...]] = (
    select(Order, Influencer, TermsSnapshot, Quote)
    .join(Influencer, Influencer.id == Order.influencer_id)
    .join(TermsSnapshot, TermsSnapshot.id == Order.terms_id)
    .join(Quote, Quote.id == Order.quote_id)
)
_LIVE_APPLICATION = select(Application.id).where(
    Application.brief_id == bindparam("brief_id"),
    Application.influencer_id == bindparam("influencer_id"),
    LIVE_APPLICATION,
)

_SIDES = (
    select(Brand, Influencer)
    .join(Influencer, Influencer.id == bindparam("influencer_id"))
    .where(Brand.id == bindparam("brand_id"))
)


def find_sides(session: Session, *, brand_id: str, influencer_id: str) -> tuple[Brand, Influencer] | None:
    """Return both sides of what may become a deal, in one statement, or None where one of them is missing."""
    row = session.execute(_SIDES, {"brand_id": brand_id, "influencer_id": influencer_id}).one_or_none()
    return (row[0], row[1]) if row is not None else None


def list_applications(
    session: Session,
    *,
    actor: Actor,
    brief_id: str | None = None,
    statuses: Sequence[str] | None = None,
    limit: int = 50,
    after: str | None = None,
) -> Sequence[ApplicationView]:
    """Return applications newest first: a brand's (of one brief, or all), an influencer's own, an operator's all."""
    query, values = _narrowed(Application, actor, brief_id=brief_id, statuses=statuses)
    rows = session.execute(_behind(query, Application, after), values | {"most": limit})
    return [_application(row, actor) for row in rows]


def _newest_first(query: Any, table: Any) -> Any:
    """Return the statement of at most `most` rows from new to old."""
    return query.order_by(table.created_at.desc(), table.id.desc()).limit(bindparam("most", type_=Integer))


def _behind(query: Any, table: Any, after: str | None) -> Any:
    """Return the statement of what follows the cursor of the last row before; none begins anew."""
    cursor = Cursor.find(after)
    return query if cursor is None else query.where(cursor.older(table.created_at, table.id))


def get_application(session: Session, *, actor: Actor, application_id: str) -> ApplicationView:
    """Return one application to one of its sides.

    Raises:
        NotFound: no such application, or others'.

    """
    row = _row(session, _APPLICATIONS.where(Application.id == application_id))
    require(actor, Permission.QUOTE_VIEW, Subject(row.Brief.brand_id, row.Application.influencer_id))
    return _application(row, actor)


def find_live_application(session: Session, *, brief_id: str, influencer_id: str) -> str | None:
    """Return the id of the influencer's live application to a brief, of which there is one at most."""
    found: str | None = session.scalar(
        _LIVE_APPLICATION, {"brief_id": brief_id, "influencer_id": influencer_id}
    )
    return found


def list_invitations(
    session: Session,
    *,
    actor: Actor,
    brief_id: str | None = None,
    statuses: Sequence[str] | None = None,
    limit: int = 50,
    after: str | None = None,
) -> Sequence[InvitationView]:
    """Return invitations newest first: a brand's (of one brief, or all), an influencer's own, an operator's all."""
    query, values = _narrowed(Invitation, actor, brief_id=brief_id, statuses=statuses)
    rows = session.execute(_behind(query, Invitation, after), values | {"most": limit})
    return [_invitation(row, actor) for row in rows]


def get_invitation(session: Session, *, actor: Actor, invitation_id: str) -> InvitationView:
    """Return one invitation to one of its sides.

    Raises:
        NotFound: no such invitation, or others'.

    """
    row = _row(session, _INVITATIONS.where(Invitation.id == invitation_id))
    require(actor, Permission.QUOTE_VIEW, Subject(row.Brief.brand_id, row.Invitation.influencer_id))
    return _invitation(row, actor)


def list_orders(
    session: Session,
    *,
    actor: Actor,
    statuses: Sequence[str] | None = None,
    limit: int = 50,
    after: str | None = None,
) -> Sequence[OrderView]:
    """Return a brand's orders newest first (operators: all). Influencers see orders once they are paid, as bookings."""
    query: Select[*tuple[Any, ...]] = _ORDERS
    if actor.kind not in {"operator", "system"}:
        query = query.where(Order.brand_id == (actor.brand_id or ""))
    if statuses is not None:
        query = query.where(Order.status.in_(statuses))
    query = _behind(_newest_first(query, Order), Order, after)
    return [_order(row, actor) for row in session.execute(query, {"most": limit})]


def get_order(session: Session, *, actor: Actor, order_id: str) -> OrderView:
    """Return one order to its brand.

    Raises:
        NotFound: no such order, or others'.

    """
    row = _row(session, _ORDERS.where(Order.id == order_id))
    require(actor, Permission.QUOTE_VIEW, Subject(row.Order.brand_id))
    return _order(row, actor)


def _row(session: Session, statement: Select[*tuple[Any, ...]]) -> Any:
    """Return the one row. Raises NotFound."""
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    return row


def _narrowed(
    table: type[Application] | type[Invitation],
    actor: Actor,
    *,
    brief_id: str | None,
    statuses: Sequence[str] | None,
) -> tuple[Select[*tuple[Any, ...]], dict[str, Any]]:
    """Keep what the actor may see: an influencer's own, their brand's, or all of an operator. Returns statement and values."""
    values: dict[str, Any] = {}
    if actor.influencer_id is not None:
        values["influencer_id"] = actor.influencer_id
    elif actor.kind not in {"operator", "system"}:
        values["brand_id"] = actor.brand_id or ""
    if brief_id is not None:
        values["brief_id"] = brief_id
    if statuses is not None:
        values["statuses"] = statuses
    return _list_of(table, frozenset(values)), values


@cache
def _list_of(table: type[Application] | type[Invitation], given: frozenset[str]) -> Select[*tuple[Any, ...]]:
    """Return the statement of a list by the values that are given, newest first; each of its forms is built once."""
    conditions: dict[str, Any] = {
        "influencer_id": table.influencer_id == bindparam("influencer_id"),
        "brand_id": Brief.brand_id == bindparam("brand_id"),
        "brief_id": table.brief_id == bindparam("brief_id"),
        "statuses": table.status.in_(bindparam("statuses", expanding=True)),
    }
    query = _APPLICATIONS if table is Application else _INVITATIONS
    narrowed: Select[*tuple[Any, ...]] = _newest_first(query, table)
    return narrowed.where(*(conditions[name] for name in sorted(given)))


def _application(row: Any, actor: Actor) -> ApplicationView:
    application, brief = row.Application, row.Brief
    return ApplicationView(
        id=application.id,
        status=application.status,
        pitch=application.pitch,
        brief=_brief(brief, row.Brand),
        influencer=_person(row.Influencer),
        consent=_consent(row.TermsSnapshot),
        quote=_quote(row.Quote) if row.Quote is not None else None,
        refusal_code=application.refusal_code,
        refusal_note=application.refusal_note,
        seen_at=application.seen_at,
        answered_at=application.answered_at,
        created_at=application.created_at,
        actions=application_actions(
            actor, application.status, Subject(brief.brand_id, application.influencer_id)
        ),
    )


def _invitation(row: Any, actor: Actor) -> InvitationView:
    invitation, brief = row.Invitation, row.Brief
    return InvitationView(
        id=invitation.id,
        status=invitation.status,
        message=invitation.message,
        brief=_brief(brief, row.Brand),
        influencer=_person(row.Influencer),
        brief_version_id=invitation.brief_version_id,
        listing_version_id=invitation.listing_version_id,
        match_run_id=invitation.match_run_id,
        consent=_consent(row.TermsSnapshot) if row.TermsSnapshot is not None else None,
        quote=_quote(row.Quote) if row.Quote is not None else None,
        refusal_code=invitation.refusal_code,
        refusal_note=invitation.refusal_note,
        answered_at=invitation.answered_at,
        created_at=invitation.created_at,
        actions=invitation_actions(
            actor, invitation.status, Subject(brief.brand_id, invitation.influencer_id)
        ),
    )


def _order(row: Any, actor: Actor) -> OrderView:
    order = row.Order
    return OrderView(
        id=order.id,
        status=order.status,
        message=order.message,
        title=row.TermsSnapshot.title,
        brand_id=order.brand_id,
        influencer=_person(row.Influencer),
        listing_id=order.listing_id,
        consent=_consent(row.TermsSnapshot),
        quote=_quote(row.Quote),
        created_at=order.created_at,
        actions=order_actions(actor, order.status, Subject(order.brand_id)),
    )


def _brief(brief: Brief, brand: Brand) -> BriefLine:
    return BriefLine(brief.id, brief.title, brief.status, brand.id, brand.name, brand.name_ar)


def _person(influencer: Influencer) -> Person:
    return Person(
        influencer.id,
        influencer.handle,
        influencer.name,
        influencer.name_ar,
        influencer.city,
        influencer.country,
    )


def _consent(terms: TermsSnapshot) -> Consent:
    return Consent(terms.id, terms.currency, terms.net_minor, terms.expires_at, terms.due_on)


def _quote(quote: Quote) -> QuoteLine:
    until = payable_until(quote.expires_at, quote.policy["record"])
    return QuoteLine(quote.id, quote.status, quote.total_minor, quote.expires_at, until, quote.hash)
