"""Members of brands hear of other fees as soon as two operators agreed on them, once, in their language, in portions."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from marketplace.announcements import portions
from marketplace.approvals.operations import approve_act
from marketplace.approved_acts import CARRIERS
from marketplace.brands.domain import BrandStatus
from marketplace.db import transaction
from marketplace.fees.domain import FeeTier
from marketplace.fees.operations import propose_fees
from marketplace.fees.words import change_rows
from marketplace.notifications.models import MailMessage, Notice
from marketplace.outbox.models import OutboxRow
from marketplace.worker import Worker
from tests.builders.charges import FIRST_FEES
from tests.builders.people import build_brand, build_influencer, build_operator
from tests.clock import START

FIRST_DAY = START.date() + timedelta(days=20)
DEARER = replace(FIRST_FEES, valid_from=FIRST_DAY, tiers=(FeeTier(0, 1_200), FeeTier(3, 800)))


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def agree(session):
    request = propose_fees(
        session,
        actor=build_operator(session, role="finance").actor,
        policy=DEARER,
        note_en="12 percent.",
        note_ar="اثنا عشر في المئة.",
        reason="Costs rose.",
        now=START,
    )
    approve_act(
        session,
        actor=build_operator(session, role="admin").actor,
        request_id=request.id,
        seen_hash=request.payload_hash,
        carriers=CARRIERS,
        now=START,
    )
    return request


class TestFeesChanged:
    def test_tells_each_member_of_a_brand_once_before_the_first_day(
        self, app, services, session, clock, monkeypatch
    ):
        monkeypatch.setattr(portions, "AT_ONCE", 2)
        brands = [build_brand(session) for _ in range(5)]
        brands[0].user.language = "ar"
        brands[4].brand.status = BrandStatus.REJECTED
        build_influencer(session)
        agree(session)
        session.commit()
        worker = Worker(services, context=app.app_context)
        worker.settle()
        with transaction(
            services.sessions
        ) as own:  # a row that runs again, as after a crash, tells nobody twice
            for row in own.scalars(select(OutboxRow).where(OutboxRow.kind == "fees.changed")):
                row.done_at = None
        worker.settle()
        with transaction(services.sessions) as own:
            mails = own.execute(
                select(MailMessage.user_id, MailMessage.body).where(MailMessage.kind == "fees.changed")
            ).all()
            notices = own.scalar(select(func.count()).where(Notice.kind == "fees.changed"))
        assert sorted(mail.user_id for mail in mails) == sorted(each.user.id for each in brands[:4])
        assert notices == 4
        assert clock().date() < FIRST_DAY
        english = next(mail.body for mail in mails if mail.user_id == brands[1].user.id)
        assert "12 percent." in english
        assert "From the first booking together: 12% (until then: 10%)" in english
        assert "After 6 completed bookings together: no longer (until then: 6%)" in english
        assert "Version" not in english
        arabic = next(mail.body for mail in mails if mail.user_id == brands[0].user.id)
        assert "اثنا عشر في المئة." in arabic


class TestChangeRows:
    def test_shows_what_the_later_fees_have_no_more(self, app):
        with app.app_context():
            rows = change_rows(
                {
                    "before": FIRST_FEES.as_plain(),
                    "policy": replace(DEARER, valid_from=date(2026, 4, 1)).as_plain(),
                    "note_en": "",
                    "note_ar": "",
                }
            )
        assert {"label": "After 6 completed bookings together", "value": "—", "note": "today: 6%"} in rows
