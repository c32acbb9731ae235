"""Documents on the site: issued by what payments tells, found by their side, drawn in both languages."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from marketplace import append_only
from marketplace.bookings.models import Deliverable
from marketplace.documents import guards, queries, words
from marketplace.documents.models import Document
from marketplace.documents.operations import issue_invoice
from marketplace.notifications.models import MailMessage, Notice
from marketplace.outbox.operations import put
from tests.builders.bookings import Stage, build_booking
from tests.builders.people import build_brand, build_operator

NUMBER = re.compile(r">(INV-\d{4}-\d{6})<")
NEXT = re.compile(r'href="(/operate/documents[^"]*after=[^"]+)"')


@pytest.fixture
def deal(market):
    """A booking that a brand pays on the provider's page."""
    with market.rows() as session:
        deal = build_booking(session, stage=Stage.ACCEPTED)
    brand = market.visit_as(deal.brand.user)
    brand.get(f"/bookings/{deal.booked.id}/pay")
    brand.post(f"/bookings/{deal.booked.id}/pay")
    market.work()
    market.pay(deal.booked.id)
    market.work()
    return deal


def documents(market):
    with market.rows() as session:
        return session.scalars(select(Document).order_by(Document.issued_at, Document.number)).all()


class TestIssuing:
    def test_follows_a_payment_and_a_cancellation(self, market, deal):
        (invoice,) = documents(market)
        assert (invoice.number, invoice.total_minor) == ("INV-2026-000001", deal.quote.total_minor)
        brand = market.visit_as(deal.brand.user)
        brand.get(f"/bookings/{deal.booked.id}/cancel")
        brand.post(f"/bookings/{deal.booked.id}/cancel", {"reason": "Plans changed"})
        market.work()
        notes = [each for each in documents(market) if each.kind == "credit_note"]
        with market.rows() as session:
            back = [each.refund_minor for each in session.scalars(select(Deliverable))]
        assert sorted(each.total_minor for each in notes) == sorted(back)
        assert {each.content["corrects"] for each in notes} == {invoice.number}
        assert [each.number for each in notes] == [f"CN-2026-{n:06d}" for n in range(1, len(back) + 1)]

    def test_tells_the_side_with_a_link_by_notice_and_mail(self, market, deal):
        (invoice,) = documents(market)
        with market.rows() as session:
            notice = session.scalars(select(Notice).where(Notice.kind == "document.invoice")).one()
            mail = session.scalars(select(MailMessage).where(MailMessage.kind == "document.invoice")).one()
        assert notice.path == f"/documents/{invoice.id}"
        assert invoice.number in mail.body
        assert notice.path in mail.body

    def test_keeps_its_words_in_both_languages_under_its_hash(self, market, deal, monkeypatch):
        (invoice,) = documents(market)
        english, arabic = (invoice.content["wording"][language] for language in ("en", "ar"))
        assert (english["title"], arabic["title"]) == ("Invoice", "فاتورة")
        monkeypatch.setitem(words.TITLES, "invoice", "Another title")
        monkeypatch.setitem(words.REMARKS, "invoice", "Another remark")
        page = market.visit_as(deal.brand.user).get(f"/documents/{invoice.id}").text
        assert english["remarks"][0] in page
        assert "Another" not in page
        assert queries.is_intact(invoice)
        invoice.content["wording"]["ar"]["remarks"] = ["كلام آخر"]
        assert not queries.is_intact(invoice)

    def test_is_done_once_however_often_it_is_told(self, market, deal):
        payload = {
            "booking_ref": deal.booked.id,
            "at": market.clock().isoformat(),
            "currency": "SAR",
            "amount_minor": 1,
        }
        with market.rows() as session:
            for number in range(3):
                put(session, "payments.escrow_funded", payload, now=market.clock(), key=f"again:{number}")
        market.work()
        assert len(documents(market)) == 1


class TestAltered:
    def test_is_given_to_nobody_and_its_page_says_so(self, market, deal):
        (invoice,) = documents(market)
        path = f"/documents/{invoice.id}"
        with market.rows() as session:
            append_only.remove(session.connection(), guards.TABLES)  # who can do this can write anything
            changed = update(Document).values(content=invoice.content | {"number": "INV-2026-000007"})
            session.execute(changed.execution_options(synchronize_session=False))
        brand = market.visit_as(deal.brand.user)
        page = brand.get(path)
        assert (page.status_code, "not what was issued" in page.text) == (200, True)
        for given in (brand.get(f"{path}/pdf"), brand.get(f"/api/v1{path}")):
            assert given.status_code == 409
        assert brand.get(f"/api/v1{path}").json["code"] == "document_altered"


class TestPages:
    def test_show_a_side_its_own_and_nobody_else(self, market, deal):
        (invoice,) = documents(market)
        path = f"/documents/{invoice.id}"
        brand, influencer = market.visit_as(deal.brand.user), market.visit_as(deal.influencer.user)
        listed = brand.get("/money/documents").text
        assert invoice.number in listed
        assert path in listed
        assert f'href="/bookings/{invoice.booking_id}"' in listed
        page = brand.get(path).text
        whose = ("Noura Example", "Work 1, Reel")
        for told in (invoice.number, "Platform fee", "Tax on the fee", invoice.content_hash, *whose):
            assert told in page
        with market.rows() as session:
            stranger, finance = build_brand(session).user, build_operator(session, role="finance").user
        assert "No documents yet" in influencer.get("/money/documents").text
        for visitor in (influencer, market.visit_as(stranger)):
            assert visitor.get(path).status_code == 404
            assert visitor.get(f"{path}/pdf").status_code == 404
        operator = market.visit_as(finance)
        assert operator.get(path).status_code == 200
        assert invoice.number in operator.get("/operate/documents?q=inv-2026").text
        assert "Nothing has this number" in operator.get("/operate/documents?q=INV-1999").text

    def test_go_on_by_cursor_for_operators_and_keep_what_was_asked(self, market, monkeypatch):
        with market.rows() as session:
            finance = build_operator(session, role="finance").user
            for number in range(3):
                deal = build_booking(session)
                at = market.clock() + timedelta(seconds=number)
                issue_invoice(
                    session,
                    settings=market.services.settings,
                    booking_id=deal.booked.id,
                    occurred_at=at,
                    now=at,
                )
        monkeypatch.setattr(queries, "PAGE", 2)
        operator = market.visit_as(finance)
        seen, path = [], "/operate/documents?q=INV"
        while path:
            page = operator.get(path).text
            seen += NUMBER.findall(page)
            path = next(iter(NEXT.findall(page)), "").replace("&amp;", "&")
            assert not path or "q=INV" in path
        assert seen == ["INV-2026-000003", "INV-2026-000002", "INV-2026-000001"]

    def test_draw_the_same_file_every_time_in_both_languages(self, market, deal):
        (invoice,) = documents(market)
        brand = market.visit_as(deal.brand.user)
        files = {}
        for language in ("en", "ar"):
            answer = brand.get(f"/documents/{invoice.id}/pdf?language={language}")
            assert answer.mimetype == "application/pdf"
            assert f"{invoice.number}-{language}.pdf" in answer.headers["Content-Disposition"]
            files[language] = answer.data
            assert answer.data == brand.get(f"/documents/{invoice.id}/pdf?language={language}").data
        assert files["en"] != files["ar"]

    def test_take_few_statements(self, market, deal):
        (invoice,) = documents(market)
        brand = market.visit_as(deal.brand.user)
        for path in ("/money/documents", f"/documents/{invoice.id}"):
            with market.counting() as statements:
                brand.get(path)
            assert len(statements) <= 12, path
