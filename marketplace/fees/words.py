"""Fees in words: one line a fact, the same on the public page, on operators' pages and for the second person."""

from collections.abc import Mapping
from typing import Any

from marketplace.fees.domain import CostBearer, Fee, FeeFault, FeePolicy
from marketplace.web.formats import currency_sign, date_text, money, number, percent
from marketplace.web.language import gettext as _
from marketplace.web.language import lazy_gettext as _lazy
from payments.money import get_currency, round_share

BPS_A_PERCENT = 100
NOTHING = "—"
FAULTS: Mapping[FeeFault, object] = {
    FeeFault.NO_FIRST_TIER: _lazy(
        "The first row is for pairs without a completed booking; at most six rows."
    ),
    FeeFault.TIERS_NOT_RISING: _lazy("Each row begins at more completed bookings than the one before."),
    FeeFault.SHARE_RISES: _lazy("The share falls with loyalty, or stays; it never rises."),
    FeeFault.SHARE_OUT_OF_RANGE: _lazy("A share lies between 0 and 50 %."),
    FeeFault.BOUNDS_CROSSED: _lazy("The most is not below the least."),
    FeeFault.NOT_IN_STEPS: _lazy("The currency cannot express this amount, or it is too large."),
    FeeFault.NO_CURRENCY: _lazy("Name the least fee in one currency at least."),
    FeeFault.COST_OUT_OF_RANGE: _lazy("The cost of a payment lies between 0 and 10 %."),
    FeeFault.COST_WITHOUT_BEARER: _lazy(
        "Say what a payment costs exactly when the brand bears it: it is shown before payment."
    ),
}


def fault_sentence(fault: FeeFault) -> object:
    """Return what is wrong."""
    return FAULTS[fault]


def share_text(bps: int) -> str:
    """Return basis points as a percentage, e.g. 1000 as "10%"."""
    decimals = 0 if bps % BPS_A_PERCENT == 0 else 2
    return percent(bps / 10_000, decimals)


def fee_note(fee: Fee, net_minor: int, currency: str) -> str:
    """Return how a fee on a listed price came about: by its share, by a bound, and what of it the payment costs."""
    rated_minor = round_share(net_minor, fee.bps, step=get_currency(currency).step_minor)
    if fee.share_minor > rated_minor:
        text = _(
            "the least fee, since %(share)s of the listed price is less, on top", share=share_text(fee.bps)
        )
    elif fee.share_minor < rated_minor:
        text = _(
            "the most that a fee comes to, since %(share)s of the listed price is more, on top",
            share=share_text(fee.bps),
        )
    else:
        text = _("%(share)s of the listed price, on top", share=share_text(fee.bps))
    if not fee.processing_minor:
        return text
    cost = _("and %(amount)s for the payment itself", amount=money(fee.processing_minor, currency))
    return _(", ").join((text, cost))


def tier_rows(policy: FeePolicy) -> list[dict[str, str]]:
    """Return the shares: from which booking of the pair on, and how much."""
    return [
        {
            "from": _("From the first booking together")
            if tier.completed_from == 0
            else _("After %(number)s completed bookings together", number=number(tier.completed_from)),
            "fee": share_text(tier.bps),
        }
        for tier in policy.tiers
    ]


def bound_rows(policy: FeePolicy) -> list[dict[str, Any]]:
    """Return least and most by currency."""
    return [
        {
            "currency": currency_sign(currency),
            "least": money(bounds.minimum_minor, currency),
            "most": money(bounds.maximum_minor, currency)
            if bounds.maximum_minor is not None
            else _("no cap"),
        }
        for currency, bounds in policy.bounds.items()
    ]


def cost_text(policy: FeePolicy) -> str:
    """Return who bears the cost of a payment."""
    if policy.cost_bearer is CostBearer.PLATFORM:
        return _("paid by Athar")
    return _(
        "paid by the brand, inside the fee and shown before payment: %(share)s",
        share=share_text(policy.processing_bps),
    )


def fee_rows(policy: FeePolicy) -> list[dict[str, object]]:
    """Return a policy as label and value."""
    tiers: list[dict[str, object]] = [
        {"label": row["from"], "value": row["fee"]} for row in tier_rows(policy)
    ]
    bounds: list[dict[str, object]] = [
        {
            "label": _("Least and most in %(currency)s", currency=row["currency"]),
            "value": f"{row['least']} – {row['most']}",
        }
        for row in bound_rows(policy)
    ]
    return [
        {"label": _("Version"), "value": policy.version},
        {"label": _("First day"), "value": date_text(policy.valid_from)},
        *tiers,
        *bounds,
        {"label": _("Cost of the payment"), "value": cost_text(policy)},
    ]


def headed_rows(policy: FeePolicy) -> list[dict[str, object]]:
    """Return the same under a heading that tells the first day."""
    version, _first_day, *figures = fee_rows(policy)
    return [*figures, version]


def change_rows(payload: Mapping[str, Any]) -> list[dict[str, object]]:
    """Return what a proposed change would do: every line, with the value of today beside those that differ."""
    before, after = FeePolicy.from_plain(payload["before"]), FeePolicy.from_plain(payload["policy"])
    today = {row["label"]: row["value"] for row in fee_rows(before)}
    rows = [
        row
        | (
            {"note": _("today: %(value)s", value=today[row["label"]])}
            if today.get(row["label"], row["value"]) != row["value"]
            else {}
        )
        for row in fee_rows(after)
    ]
    gone: list[dict[str, object]] = [
        {"label": label, "value": NOTHING, "note": _("today: %(value)s", value=value)}
        for label, value in _gone(before, after)
    ]
    notes: list[dict[str, object]] = [
        {"label": _("What changes, in English"), "value": payload["note_en"], "is_user_text": True},
        {"label": _("What changes, in Arabic"), "value": payload["note_ar"], "is_user_text": True},
    ]
    return [*rows, *gone, *notes]


def change_lines(before: FeePolicy, after: FeePolicy) -> list[str]:
    """Return every figure that differs as a line: what will hold, and what holds until then."""
    until = {row["label"]: row["value"] for row in _figures(before)}
    lines = [
        _(
            "%(what)s: %(value)s (until then: %(before)s)",
            what=row["label"],
            value=row["value"],
            before=until[row["label"]],
        )
        if row["label"] in until
        else f"{row['label']}: {row['value']}"
        for row in _figures(after)
        if until.get(row["label"]) != row["value"]
    ]
    gone = [
        _("%(what)s: no longer (until then: %(before)s)", what=label, before=value)
        for label, value in _gone(before, after)
    ]
    return [*lines, *gone]


def _figures(policy: FeePolicy) -> list[dict[str, object]]:
    """Return the lines without the version and the first day, which differ always."""
    return fee_rows(policy)[2:]


def _gone(before: FeePolicy, after: FeePolicy) -> list[tuple[object, object]]:
    """Return (label, value) of the lines that the later policy has no more."""
    kept = {row["label"] for row in fee_rows(after)}
    return [(row["label"], row["value"]) for row in fee_rows(before) if row["label"] not in kept]
