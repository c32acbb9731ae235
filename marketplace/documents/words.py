"""Documents in the reader's words: the stored values as a sheet of paper."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from marketplace.documents.domain import DocumentKind, LineKey
from marketplace.documents.models import Document
from marketplace.documents.sheets import Block, Fact, Row, Sheet, read_sheet
from marketplace.fees.domain import Fee
from marketplace.fees.words import fee_note, share_text
from marketplace.influencers.labels import kind_label
from marketplace.web.countries import country_name
from marketplace.web.formats import date_text, money, number
from marketplace.web.language import LANGUAGES, current_language, force_locale
from marketplace.web.language import gettext as _
from marketplace.web.language import lazy_gettext as _lazy

TITLES: Mapping[str, object] = {
    DocumentKind.INVOICE: _lazy("Invoice"),
    DocumentKind.CREDIT_NOTE: _lazy("Credit note"),
    DocumentKind.STATEMENT: _lazy("Self-billed statement"),
    DocumentKind.CORRECTION: _lazy("Correction of a statement"),
}
TOTALS: Mapping[str, object] = {
    DocumentKind.INVOICE: _lazy("Paid"),
    DocumentKind.CREDIT_NOTE: _lazy("Paid back to you"),
    DocumentKind.STATEMENT: _lazy("Paid to you"),
    DocumentKind.CORRECTION: _lazy("Taken back from you"),
}
REMARKS: Mapping[str, object] = {
    DocumentKind.INVOICE: _lazy("Athar holds this payment until the work is approved. What is paid back is told by a credit note."),
    DocumentKind.CREDIT_NOTE: _lazy("This credit note corrects the invoice named above by the sums that went back."),
    DocumentKind.STATEMENT: _lazy("Issued by Athar in the name of the influencer. No fee was deducted: the brand paid it on top."),
    DocumentKind.CORRECTION: _lazy("This corrects the statement named above by the sum that was taken back after a decision of two operators."),
}  # fmt: skip


def kind_title(kind: str) -> str:
    """Return the kind in words."""
    return str(TITLES[kind])


def sheet_of(document: Document) -> Sheet:
    """Return the paper of an issued document in the language in force, in the words it was issued with."""
    held = document.content
    stored = held.get("wording", {}).get(current_language())
    # documents from before words were kept are put into those of today
    sheet = read_sheet(stored) if stored else _compose(document.kind, document.number, held)
    return replace(sheet, foot=[*sheet.foot, f"{document.number} · sha256 {document.content_hash}"])


def word(kind: str, number: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a document says in each language, as JSON values, for its content to keep."""
    said = {}
    for language in LANGUAGES:
        with force_locale(language):
            said[language] = asdict(replace(_compose(kind, number, content), language=language))
    return said


def _compose(kind: str, number: str, held: Mapping[str, Any]) -> Sheet:
    currency = held["currency"]
    return Sheet(
        language=current_language(),
        title=kind_title(kind),
        number=number,
        facts=_facts(held),
        blocks=[
            Block(_("From"), _party_lines(held["supplier"])),
            Block(_("To"), _party_lines(held["recipient"])),
        ],
        rows=[
            *(_row(line, held, currency) for line in held["lines"]),
            Row(str(TOTALS[kind]), money(held["total_minor"], currency, is_exact=True), style="total"),
        ],
        remarks=[str(REMARKS[kind]), *_tax_remarks(held, currency), *_series_remarks(held)],
        foot=[_(", ").join(_party_lines(held["issuer"]))],
    )


def _facts(held: Mapping[str, Any]) -> list[Fact]:
    facts = [
        Fact(_("Issued on"), date_text(date.fromisoformat(held["issued_on"]))),
        Fact(_("Booking"), f"{held['booking']['title']} ({held['booking']['id']})"),
    ]
    if worker := held.get("influencer"):  # documents of before name the booking alone
        is_arabic = current_language() == "ar" and worker["name_ar"]
        facts.append(Fact(_("Influencer"), worker["name_ar"] if is_arabic else worker["name"]))
    if held["corrects"]:
        facts.append(Fact(_("Corrects"), held["corrects"]))
    return facts


def _party_lines(party: Mapping[str, str]) -> tuple[str, ...]:
    is_arabic = current_language() == "ar" and party["name_ar"]
    place = _(", ").join(
        part
        for part in (party["address"], country_name(party["country"]) if party["country"] else "")
        if part
    )
    lines = [party["name_ar"] if is_arabic else party["name"], place]
    if party["tax_number"]:
        lines.append(_("Tax number: %(number)s", number=party["tax_number"]))
    return tuple(line for line in lines if line)


def _row(line: Mapping[str, Any], held: Mapping[str, Any], currency: str) -> Row:
    value = money(line["amount_minor"], currency, is_exact=True)
    key = LineKey(line["key"])
    if key is LineKey.FEE:
        return Row(_("Platform fee"), value, _fee_note(held, currency))
    if key is LineKey.TAX:
        return Row(_("Tax on the fee"), value, _tax_note(held["tax"]))
    work = _("Work %(number)s", number=number(line["number"]))
    notes = {LineKey.PAID_BACK: _("paid back after a decision"), LineKey.TAKEN_BACK: _("taken back")}
    kind = kind_label(line["kind"]) if line.get("kind") else ""
    note = _(", ").join(part for part in (work, kind, notes.get(key, "")) if part)
    return Row(line["title"], value, note)


def _fee_note(held: Mapping[str, Any], currency: str) -> str:
    quote = held["quote"]
    processing_minor = quote["processing_minor"]
    # documents of before tell the share alone
    net_minor, fee_minor = quote.get("net_minor", 0), quote.get("fee_minor", processing_minor)
    fee = Fee(quote["fee_bps"], fee_minor - processing_minor, processing_minor)
    return fee_note(fee, net_minor, currency)


def _tax_note(tax: Mapping[str, Any]) -> str:
    if not tax["bps"]:
        return _("none for this country")
    return _("%(share)s in %(country)s", share=share_text(tax["bps"]), country=country_name(tax["country"]))


def _tax_remarks(held: Mapping[str, Any], currency: str) -> list[str]:
    tax = held["supply_tax"]
    if not tax:
        return []
    return [
        _(
            "The price of the work includes %(amount)s tax of the influencer (%(share)s in %(country)s).",
            amount=money(tax["included_minor"], currency),
            share=share_text(tax["bps"]),
            country=country_name(tax["country"]),
        )
    ]


def _series_remarks(held: Mapping[str, Any]) -> list[str]:
    if not held.get("is_series_restored"):  # documents of before do not say
        return []
    return [
        _(
            "Our records were restored from an earlier copy, so these numbers begin anew. If you already have this document under another number, this one takes its place."
        )
    ]
