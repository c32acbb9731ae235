"""Acts in words: a title for each, and what it would do line by line."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marketplace.approvals.domain import ActKind
from marketplace.web.formats import datetime_text, money, percent
from marketplace.web.language import current_language
from marketplace.web.language import lazy_gettext as _

WHOLE_BPS = 10_000

TITLES: Mapping[str, object] = {
    ActKind.RESUME_OPERATION: _("Let a halted call to the payment provider go on"),
    ActKind.DECIDE_DELIVERABLE: _("Divide the money of a piece of work"),
    ActKind.RULE_CONTEST: _("Decide a dispute"),
    ActKind.CLAW_BACK: _("Take back a share that was paid out"),
    ActKind.WRITE_OFF: _("Write off what an influencer owes"),
    ActKind.BOOK_ENTRY: _("Book an entry by hand"),
    ActKind.HOLD_PAYOUTS: _("Hold an influencer's payouts"),
    ActKind.FREE_PAYOUTS: _("End the hold of an influencer's payouts"),
    ActKind.CHANGE_FEES: _("Change the fees from a day on"),
}
LABELS: Mapping[str, object] = {
    "call": _("Call"),
    "operation_id": _("Number of the call"),
    "attempt": _("Attempt"),
    "failure_code": _("What the provider said"),
    "title": _("About"),
    "brand": _("Brand"),
    "influencer": _("Influencer"),
    "payment_ref": _("Payment at the provider"),
    "refund_ref": _("Refund at the provider"),
    "line_ref": _("Line of the provider"),
    "share_bps": _("The influencer's share"),
    "release_minor": _("To the influencer"),
    "refund_minor": _("Back to the brand"),
    "amount_minor": _("Amount"),
    "beneficiary": _("Who gets it?"),
    "at_stake_minor": _("At stake"),
    "reason_en": _("Reason in English"),
    "reason_ar": _("Reason in Arabic"),
    "until": _("Until"),
    "debit": _("Debit"),
    "credit": _("Credit"),
    "memo": _("What for"),
}
BENEFICIARIES: Mapping[str, object] = {
    "brand": _("The brand"),
    "platform": _("The platform, which lost a chargeback"),
}
VERDICTS: Mapping[str, object] = {"met": _("met"), "not_met": _("not met")}
#: what a list says of an act
SUMMARY = ("brand", "influencer", "amount_minor", "release_minor", "refund_minor")
CALLS: Mapping[str, object] = {
    "checkout": _("Payment page"),
    "release": _("Share to an influencer"),
    "refund": _("Refund to a brand"),
    "return": _("Return of money that funds nothing"),
    "reversal": _("Share taken back"),
    "claw_back_refund": _("Refund of what was taken back"),
    "account": _("Payout account"),
    "onboarding_link": _("Link to the payout account"),
    "payout": _("Payout to a bank"),
    "evidence": _("Evidence in a chargeback"),
}


def act_title(kind: str) -> object:
    """Return what would happen, in a few words."""
    return TITLES.get(kind, kind)


def call_word(kind: str) -> object:
    """Return a provider call in words."""
    return CALLS.get(str(kind), kind)


def act_rows(payload: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return label and value of everything in the payload that a person can read, in the order of the labels."""
    currency = str(payload.get("currency") or "")
    appeal = [{"label": _("Decision"), "value": _("on the appeal; it is final")}]
    return [
        *(appeal if payload.get("is_appeal") else []),
        *(
            {
                "label": label,
                "value": _value(name, _told(payload, name), currency),
                "is_user_text": _is_text(name),
            }
            for name, label in LABELS.items()
            if payload.get(name) not in {None, ""}
        ),
        *_verdict_rows(payload),
    ]


def _verdict_rows(payload: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return each judged criterion with its verdict and the reasons that both sides will read."""
    texts = payload.get("criteria") or {}
    return [
        {
            "label": _("Criterion"),
            "value": "\n".join(
                (
                    f"{_told(texts[key], 'text')}: {VERDICTS[found['verdict']]}",
                    *(found[name] for name in ("en", "ar") if found.get(name)),
                )
            ),
            "is_user_text": True,
        }
        for key, found in (payload.get("verdicts") or {}).items()
        if key in texts
    ]


def act_summary(payload: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows that tell one request from another in a list: whose it is, and how much it moves."""
    currency = str(payload.get("currency") or "")
    return [
        {"label": LABELS[name], "value": _value(name, _told(payload, name), currency)}
        for name in SUMMARY
        if payload.get(name) not in {None, ""}
    ]


def _told(payload: Mapping[str, Any], name: str) -> Any:
    """Return the value; of a name the Arabic one for readers of Arabic, where the payload has it."""
    return (current_language() == "ar" and payload.get(f"{name}_ar")) or payload[name]


def _value(name: str, value: Any, currency: str) -> object:
    if name.endswith("_minor"):
        return money(value, currency)
    if name.endswith("_bps"):
        return percent(value / WHOLE_BPS)
    if name == "until":
        return datetime_text(datetime.fromisoformat(value))
    if name == "beneficiary":
        return BENEFICIARIES.get(value, value)
    return call_word(value) if name == "call" else value


def _is_text(name: str) -> bool:
    return name in {"title", "brand", "influencer", "reason_en", "reason_ar", "memo"}
