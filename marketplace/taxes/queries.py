"""Reading tax profiles."""

from collections.abc import Mapping

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from marketplace.taxes.models import TaxProfile
from marketplace.taxes.sides import TaxSide

_COUNTRY = select(TaxProfile.country).where(
    TaxProfile.side == bindparam("side"), TaxProfile.subject_id == bindparam("subject_id")
)


def find_profile(session: Session, *, side: TaxSide, subject_id: str) -> TaxProfile | None:
    """Return what a side stated about its tax status, if it did."""
    return session.scalar(
        select(TaxProfile).where(TaxProfile.side == side, TaxProfile.subject_id == subject_id)
    )


def profiles_of(session: Session, *, brand_id: str, influencer_id: str) -> Mapping[str, TaxProfile]:
    """Return the profiles of both sides of a deal by side, in one statement."""
    rows = session.scalars(select(TaxProfile).where(TaxProfile.subject_id.in_([brand_id, influencer_id])))
    return {row.side: row for row in rows}


def tax_country(session: Session, *, side: TaxSide, subject_id: str, otherwise: str | None) -> str:
    """Return the country whose tax a side pays: where it says that it is registered, before that where it says that it is."""
    stated = session.scalar(_COUNTRY, {"side": side, "subject_id": subject_id})
    return stated or otherwise or ""
