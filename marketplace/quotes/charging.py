"""Which numbers are in force: fees of the site, clocks and shares of the package, the day whose taxes hold."""

from datetime import datetime

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from marketplace.fees.domain import FeePolicy
from marketplace.fees.models import FeePolicyRow
from marketplace.fees.queries import NoFeePolicy, begun, fee_day
from marketplace.quotes.charges import Charges
from marketplace.quotes.policy_records import policy_at
from marketplace.settlement import currencies_at
from marketplace.taxes.models import TaxProfile
from marketplace.taxes.sides import TaxSide

_IS_SELLER = and_(TaxProfile.side == TaxSide.INFLUENCER, TaxProfile.subject_id == bindparam("influencer_id"))
_IN_FORCE = begun(
    select(FeePolicyRow.record, TaxProfile.country, TaxProfile.number).outerjoin(TaxProfile, _IS_SELLER)
)


def charges_at(session: Session, now: datetime, *, influencer_id: str | None = None) -> Charges:
    """Return what is charged now, in one statement; for an influencer also where they are registered for tax.

    The day of the taxes looks ahead by the time that a payment takes, so that no change of rate ends a quote at once.

    Raises:
        NoFeePolicy: see its class.

    """
    chosen = {"today": fee_day(now), "influencer_id": influencer_id or ""}
    row = session.execute(_IN_FORCE, chosen).first()
    if row is None:
        raise NoFeePolicy(f"no fee policy is in force at {now:%Y-%m-%d}; run the migrations")
    record, country, number = row
    policy = policy_at(now)
    return Charges(
        policy=policy,
        fees=FeePolicy.from_plain(record),
        day=policy.calendar.local_date(now + policy.pay_margin),
        seller_country=country if number else None,
        settled=currencies_at(session, now),
    )
