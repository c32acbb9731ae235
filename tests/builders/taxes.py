"""What a side states of its registration for tax."""

from sqlalchemy.orm import Session

from marketplace.taxes.operations import state_tax_status
from marketplace.taxes.sides import TaxSide
from tests.builders.people import BrandSide, InfluencerSide
from tests.clock import START


def build_tax_status(
    session: Session, stated_by: BrandSide | InfluencerSide, *, country: str, number: str = ""
) -> None:
    """State where a side is registered, by that side itself; without a number it only says where it is."""
    is_brand = isinstance(stated_by, BrandSide)
    state_tax_status(
        session,
        actor=stated_by.actor,
        side=TaxSide.BRAND if is_brand else TaxSide.INFLUENCER,
        subject_id=stated_by.brand.id if isinstance(stated_by, BrandSide) else stated_by.influencer.id,
        legal_name="Oud House FZ" if is_brand else "Noura",
        address="Riyadh",
        country=country,
        number=number,
        now=START,
    )
