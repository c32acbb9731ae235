"""What an event is about: names, amounts and deadlines that a sentence may mention, and the two sides to tell.

Bookings have a module of their own (`booking_facts.py`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from marketplace.announcements.domain import Trait
from marketplace.brands.models import Brand
from marketplace.briefs.models import Brief, BriefVersion
from marketplace.deals.models import Application, Invitation
from marketplace.influencers.models import Influencer
from marketplace.quotes.card_lines import card_texts
from marketplace.quotes.cards import card_of_quote
from marketplace.quotes.models import Quote, TermsSnapshot
from marketplace.quotes.policy_records import payable_until

#: built once: every event of a deal names both sides
_NAMES = (
    select(Brand.name, Brand.name_ar, Influencer.name, Influencer.name_ar)
    .select_from(Brand)
    .join(Influencer, Influencer.id == bindparam("influencer"))
    .where(Brand.id == bindparam("brand"))
)


@dataclass(frozen=True, slots=True)
class Facts:
    """`params` fill the sentences, `ids` the addresses; `traits` choose among the sentences of an event."""

    brand_id: str
    influencer_id: str
    params: Mapping[str, Any]
    ids: Mapping[str, str] = field(default_factory=dict)
    author_side: str | None = None
    traits: frozenset[Trait] = frozenset()
    #: further lines of the mail, written in the reader's language
    details: Callable[[], Sequence[str]] | None = None


def moment(at: datetime) -> dict[str, str]:
    """Return a moment as a sentence's param."""
    return {"at": at.isoformat()}


def money(amount_minor: int, currency: str) -> dict[str, Any]:
    """Return an amount as a sentence's param."""
    return {"minor": amount_minor, "currency": currency}


def names_of(session: Session, brand_id: str, influencer_id: str) -> dict[str, dict[str, str]]:
    """Return both sides' names in both scripts as params; an empty Arabic name falls back on the other."""
    names = session.execute(_NAMES, {"brand": brand_id, "influencer": influencer_id}).one()
    return {
        "brand": {"en": names[0], "ar": names[1] or ""},
        "influencer": {"en": names[2], "ar": names[3] or ""},
    }


def application_facts(session: Session, payload: Mapping[str, Any]) -> Facts:
    """Read an application's event."""
    return _proposal_facts(session, session.get_one(Application, payload["application_id"]), "application_id")


def invitation_facts(session: Session, payload: Mapping[str, Any]) -> Facts:
    """Read an invitation's event."""
    return _proposal_facts(session, session.get_one(Invitation, payload["invitation_id"]), "invitation_id")


def _proposal_facts(session: Session, row: Application | Invitation, id_name: str) -> Facts:
    version = session.get_one(BriefVersion, row.brief_version_id)
    brand_id = session.get_one(Brief, row.brief_id).brand_id
    names = names_of(session, brand_id, row.influencer_id)
    ids = {id_name: row.id, "brief_id": row.brief_id}
    return Facts(brand_id, row.influencer_id, {**names, "title": version.title}, ids)


def quote_facts(session: Session, payload: Mapping[str, Any]) -> Facts:
    """Read a quote's event."""
    quote = session.get_one(Quote, payload["quote_id"])
    params = {
        **names_of(session, quote.brand_id, quote.influencer_id),
        "total": money(quote.total_minor, quote.currency),
        "net": money(quote.net_minor, quote.currency),
        "until": moment(payable_until(quote.expires_at, quote.policy["record"])),
    }
    card = card_of_quote(quote, session.get_one(TermsSnapshot, quote.terms_id))
    return Facts(
        quote.brand_id,
        quote.influencer_id,
        params,
        {"quote_id": quote.id},
        details=partial(card_texts, card),
    )
