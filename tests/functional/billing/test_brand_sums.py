"""The sums of a brand's money: parts that add up to what it paid."""

import re

import pytest
from sqlalchemy import select

from payments.escrow import SideStatus
from payments.models import Escrow, EscrowPartRow
from tests.builders.bookings import Stage, build_booking


class TestSums:
    @pytest.mark.parametrize("is_lost", [False, True])
    def test_of_a_brand_adds_up_to_what_was_paid(self, market, is_lost):
        with market.rows() as session:
            deal = build_booking(session, stage=Stage.COMPLETED)
            open_one = build_booking(
                session, brand=deal.brand, influencer=deal.influencer, stage=Stage.ACTIVE
            )
            for part in session.scalars(select(EscrowPartRow)):
                if session.get_one(Escrow, part.escrow_id).booking_ref == open_one.booked.id:
                    part.is_charged_back = is_lost
                else:
                    part.share_bps, part.release_status = 10_000, SideStatus.DONE
                    part.release_net_minor, part.release_fee_minor = part.net_minor, part.fee_minor
                    part.release_tax_minor = part.tax_minor
        page = market.visit_as(deal.brand.user).get("/money").text
        figures = re.findall(r"<div><dt>([^<]+)</dt><dd><bdi[^>]*>SAR ([0-9,.]+)</bdi>", page)
        told = {label: int(figure.replace(",", "")) for label, figure in figures}
        assert told == {
            "Paid in all": 4_460,
            "Held by Athar": 0 if is_lost else 2_230,
            "Released to influencers": 2_000,
            "Fees and tax": 230,
            "Paid back to you": 0,
            **({"Taken back by your bank": 2_230} if is_lost else {}),
        }
