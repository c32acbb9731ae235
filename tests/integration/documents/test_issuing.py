"""Documents follow the money: once per fact, numbers without a gap, rows that never change."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from marketplace.audit.models import AuditEntry
from marketplace.documents import numbering, operations, queries
from marketplace.documents.models import Document, DocumentCounter
from marketplace.documents.words import word
from marketplace.errors import NotFound
from marketplace.policies import VISITOR
from marketplace.settings import Settings
from marketplace.taxes.operations import state_tax_status
from marketplace.taxes.sides import TaxSide
from payments.escrow import PartAmounts
from tests.builders.bookings import build_booking, deliverables_of
from tests.builders.people import build_brand, build_influencer, build_operator
from tests.builders.taxes import build_tax_status
from tests.clock import START

SETTINGS = Settings(
    home=Path("x"), company_name="Athar LLC", company_country="SA", company_tax_number="300000000000003"
)


def invoice(session, deal, now=START):
    return operations.issue_invoice(
        session, settings=SETTINGS, booking_id=deal.booked.id, occurred_at=START, now=now
    )


def registered_influencer(session):
    influencer = build_influencer(session)
    build_tax_status(session, influencer, country="SA", number="300000000000003")
    return influencer


def of_part(session, issue, deal, amount_minor, **more):
    work = deliverables_of(session, deal.booked)[0]
    return issue(
        session,
        settings=SETTINGS,
        booking_id=deal.booked.id,
        deliverable_id=work.id,
        amount_minor=amount_minor,
        occurred_at=START,
        now=START,
        **more,
    )


class TestIssueInvoice:
    def test_says_what_was_paid_from_the_quote_and_only_once(self, session):
        deal = build_booking(session)
        document = invoice(session, deal)
        assert document.number == "INV-2026-000001"
        assert document.total_minor == deal.quote.total_minor
        assert document.content["issuer"]["tax_number"] == "300000000000003"
        assert queries.is_intact(document)
        assert invoice(session, deal) is None
        assert invoice(session, build_booking(session)).number == "INV-2026-000002"

    def test_says_by_what_rule_the_fee_came_about(self, session):
        deal = build_booking(session)
        content = invoice(session, deal).content
        told = content["quote"]
        assert (told["net_minor"], told["fee_minor"]) == (deal.quote.net_minor, deal.quote.fee_minor)
        small = content | {"quote": told | {"net_minor": 500, "fee_minor": 200}}
        for held, rule in ((content, "10% of the listed price"), (small, "the least fee")):
            (fee,) = (
                row for row in word("invoice", "x", held)["en"]["rows"] if row["label"] == "Platform fee"
            )
            assert fee["note"].startswith(rule)

    def test_counts_anew_every_year_in_the_zone_of_the_calendar(self, session):
        invoice(session, build_booking(session))
        eve = START.replace(month=12, day=31, hour=20, minute=59)
        assert invoice(session, build_booking(session), now=eve).number == "INV-2026-000002"
        new_year = eve + timedelta(minutes=2)  # 21:01 UTC is the first of January in Riyadh
        assert invoice(session, build_booking(session), now=new_year).number == "INV-2027-000001"

    def test_keeps_the_names_of_the_day(self, session):
        deal = build_booking(session)
        state_tax_status(
            session,
            actor=deal.brand.actor,
            side=TaxSide.BRAND,
            subject_id=deal.brand.brand.id,
            legal_name="Silk and Spice LLC",
            address="Riyadh",
            country="SA",
            number="300000000000003",
            now=START,
        )
        document = invoice(session, deal)
        deal.brand.brand.name = "Another name"
        session.flush()
        assert document.content["recipient"]["name"] == "Silk and Spice LLC"
        assert document.content["recipient"]["tax_number"] == "300000000000003"

    def test_tells_the_tax_inside_the_work_alone_of_a_registered_influencer(self, session):
        deal = build_booking(session, influencer=registered_influencer(session))
        net, total = deal.booked.net_minor, deal.booked.total_minor
        told = invoice(session, deal).content["supply_tax"]
        assert (told["bps"], told["country"]) == (1_500, "SA")
        assert told["included_minor"] == round(net * 15 / 115) < round(total * 15 / 115)

    def test_gives_its_number_back_when_the_transaction_is_rolled_back(self, session):
        deal = build_booking(session)
        session.flush()
        with session.begin_nested() as attempt:
            assert invoice(session, deal).number == "INV-2026-000001"
            attempt.rollback()
        assert invoice(session, deal).number == "INV-2026-000001"


class TestBeginSeries:
    def test_gives_no_number_again_that_a_restored_copy_has_forgotten(self, session):
        """Two restores of one copy: what each issued is out there, and its rows are gone."""
        before = invoice(session, build_booking(session)).number
        given = []
        for hours in (1, 2):
            copy = session.begin_nested()
            if hours == 1:
                given.append(invoice(session, build_booking(session)).number)
                copy.rollback()
                copy = session.begin_nested()
            now = START + timedelta(hours=hours)
            numbering.begin_series(session, now=now)
            deals = [build_booking(session), build_booking(session)]
            given += [invoice(session, deal, now=now).number for deal in deals]
            copy.rollback()
        assert before == "INV-2026-000001"
        assert given[0] == "INV-2026-000002"
        assert [number[-6:] for number in given[1:]] == ["000001", "000002", "000001", "000002"]
        assert len(set(given)) == len(given)

    def test_counts_every_kind_from_one_in_it_until_the_year_ends_and_is_audited(self, session):
        deal = build_booking(session)
        begun = numbering.begin_series(session, now=START)
        assert numbering.begin_series(session, now=START) == begun  # said twice in a minute: one series
        first = invoice(session, deal)
        note = of_part(session, operations.issue_credit_note, deal, 1_000)
        said = of_part(session, operations.issue_statement, deal, 1_000)
        assert [each.series for each in (first, note, said)] == [*begun[:2], begun[2]]
        assert [each.sequence for each in (first, note, said)] == [1, 1, 1]
        assert "restored" in first.content["wording"]["en"]["remarks"][-1]
        later = numbering.begin_series(session, now=START + timedelta(days=1))
        assert invoice(session, build_booking(session)).series == later[0]
        next_year = START.replace(year=START.year + 1)
        plain = invoice(session, build_booking(session), now=next_year)
        assert plain.number == f"INV-{next_year.year}-000001"
        assert "restored" not in str(plain.content["wording"]["en"]["remarks"])
        trail = session.scalars(select(AuditEntry).where(AuditEntry.action == "document.series_begun")).all()
        assert trail[0].after["series"] == list(begun)


class TestIssueCreditNote:
    def test_names_the_invoice_it_corrects(self, session):
        deal = build_booking(session)
        assert of_part(session, operations.issue_credit_note, deal, 100) is None, "nothing to correct yet"
        first = invoice(session, deal)
        note = of_part(session, operations.issue_credit_note, deal, 100)
        assert (note.number, note.content["corrects"]) == ("CN-2026-000001", first.number)
        assert of_part(session, operations.issue_credit_note, deal, 100) is None
        later = of_part(session, operations.issue_credit_note, deal, 50, cause="op2")
        assert later.number == "CN-2026-000002"

    def test_names_an_entry_of_a_claim_whole(self, session):
        deal = build_booking(session)
        invoice(session, deal)
        for how in ("turned", "otherwise"):
            cause = f"claw_back:{uuid4()}:{how}:0"
            note = of_part(session, operations.issue_credit_note, deal, 100, cause=cause)
            assert note.key.endswith(cause)

    def test_says_what_was_booked_although_the_share_is_another_by_now(self, session):
        deal = build_booking(session)
        invoice(session, deal)
        work = deliverables_of(session, deal.booked)[0]
        work.share_bps = 10_000
        back = PartAmounts(work.net_minor, work.fee_minor, work.tax_minor)
        note = of_part(session, operations.issue_credit_note, deal, back.total_minor, back=back)
        told = {line["key"]: line["amount_minor"] for line in note.content["lines"]}
        assert told == {"work": work.net_minor, "fee": work.fee_minor, "tax": work.tax_minor}

    def test_tells_no_more_tax_inside_the_work_than_its_invoice(self, session):
        """65.22 lies in 500.00 and in 499.99, but 130.43 in both together."""
        deal = build_booking(session, influencer=registered_influencer(session))
        invoice(session, deal)
        told = []
        for cause, net in (("a", 50_000), ("b", 49_999)):
            back = PartAmounts(net, 0, 0)
            note = of_part(session, operations.issue_credit_note, deal, net, back=back, cause=cause)
            told.append(note.content["supply_tax"]["included_minor"])
        assert told == [6_522, 6_521]
        session.expire_all()
        paid = of_part(session, operations.issue_statement, deal, 49_999)
        assert paid.content["supply_tax"]["included_minor"] == 6_522, "another kind begins anew"


class TestIssueStatement:
    def test_is_for_the_influencer_in_their_name(self, session):
        deal = build_booking(session)
        work = deliverables_of(session, deal.booked)[0]
        statement = of_part(session, operations.issue_statement, deal, work.net_minor)
        assert statement.number == "SBS-2026-000001"
        assert (statement.brand_id, statement.influencer_id) == (None, deal.influencer.influencer.id)
        assert statement.content["supplier"]["name"] == deal.influencer.influencer.name
        correction = of_part(session, operations.issue_correction, deal, 10)
        assert correction.content["corrects"] == statement.number


class TestGetDocument:
    def test_is_for_its_side_and_for_those_who_keep_the_books(self, session):
        deal = build_booking(session)
        document = invoice(session, deal)
        for actor in (deal.brand.actor, build_operator(session, role="finance").actor):
            assert queries.get_document(session, actor=actor, document_id=document.id) is document
        others = (
            deal.influencer.actor,
            build_brand(session).actor,
            build_influencer(session).actor,
            build_operator(session, role="moderator").actor,
            VISITOR,
        )
        for actor in others:
            with pytest.raises(NotFound):
                queries.get_document(session, actor=actor, document_id=document.id)


class TestRows:
    @pytest.mark.parametrize(
        "attack",
        [
            "UPDATE document SET total_minor = total_minor + 1",
            "DELETE FROM document",
            "UPDATE document_counter SET last = last + 2",
            "UPDATE document_counter SET last = last - 1",
            "DELETE FROM document_counter",
        ],
    )
    def test_never_change(self, session, attack):
        invoice(session, build_booking(session))
        session.flush()
        with pytest.raises(IntegrityError):
            session.execute(text(attack))
        session.rollback()

    def test_follow_each_other_without_a_gap(self, session):
        deal = build_booking(session)
        invoice(session, deal)
        columns = {
            c.key: getattr(session.scalars(select(Document)).one(), c.key) for c in Document.__table__.columns
        }
        columns |= {"id": "x", "key": "x", "number": "INV-2026-000003", "sequence": 3}
        with pytest.raises(IntegrityError):
            session.execute(Document.__table__.insert().values(**columns))
        session.rollback()
        assert session.get(DocumentCounter, ("INV", 2026)) is None
