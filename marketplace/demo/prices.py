"""Who is registered for tax in the demo, and a change of fees that two operators agreed on and everybody can read before its day."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from marketplace.approvals.models import ApprovalRequest
from marketplace.approvals.operations import approve_act
from marketplace.approved_acts import CARRIERS
from marketplace.brands.models import Brand
from marketplace.demo.people import brand_email, influencer_email, operator_email
from marketplace.demo.stage import Stage
from marketplace.fees.operations import propose_fees
from marketplace.fees.queries import fees_at
from marketplace.fees.rules import change_rules
from marketplace.influencers.models import Influencer
from marketplace.policies import Actor
from marketplace.taxes.operations import state_tax_status
from marketplace.taxes.sides import TaxSide

REGISTERED = 3
CAP_MINOR = 200_000
AHEAD = timedelta(days=30)
NOTE = (
    "In riyals the fee is never more than SAR 2,000, so that long work together does not become dear.",
    "لا تتجاوز الرسوم 2,000 ريال سعودي، كي لا يغلو التعاون الطويل.",
)


def state_taxes(stage: Stage) -> None:
    """Let the first brand and some influencers state that they are registered (made-up numbers)."""
    people = [(brand_email(0), TaxSide.BRAND)]
    people += [(influencer_email(number), TaxSide.INFLUENCER) for number in range(REGISTERED)]
    with stage.scene() as session:
        for place, (email, side) in enumerate(people, start=1):
            actor = stage.actor(session, email)
            state_tax_status(
                session,
                actor=actor,
                side=side,
                subject_id=(actor.brand_id if side is TaxSide.BRAND else actor.influencer_id) or "",
                legal_name=_legal_name(session, actor),
                address="King Fahd Road, Riyadh",
                country="SA",
                number=f"3{place:013d}3",
                now=stage.clock(),
            )


def _legal_name(session: Session, actor: Actor) -> str:
    """Return the name on a registration: the brand's company, or the influencer's own."""
    if actor.brand_id:
        return f"{session.get_one(Brand, actor.brand_id).name} Trading Company"
    return session.get_one(Influencer, actor.influencer_id).name


def play_fee_change(stage: Stage) -> None:
    """Propose and approve a cap of the fee in riyals, a month ahead."""
    with stage.scene() as session:
        now = stage.clock()
        present = fees_at(session, now)
        capped = replace(present.bounds["SAR"], maximum_minor=CAP_MINOR)
        asked = propose_fees(
            session,
            actor=stage.actor(session, operator_email()),
            policy=replace(
                present,
                valid_from=change_rules().local_date(now) + AHEAD,
                bounds={**present.bounds, "SAR": capped},
            ),
            note_en=NOTE[0],
            note_ar=NOTE[1],
            reason="Agencies asked for a limit; the board agreed.",
            now=now,
        ).id
    with stage.scene() as session:
        approve_act(
            session,
            actor=stage.actor(session, operator_email("operator2")),
            request_id=asked,
            seen_hash=session.get_one(ApprovalRequest, asked).payload_hash,
            carriers=CARRIERS,
            now=stage.clock(),
        )
