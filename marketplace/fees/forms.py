"""The form of a proposed change of fees: dates and notes as fields, shares and amounts as a table of texts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from marketplace.approvals.operations import REASON_MAX
from marketplace.fees.domain import TIERS_MAX, CostBearer, FeeBounds, FeePolicy, FeeTier
from marketplace.web.amounts import amount_as_typed, read_amount
from marketplace.web.forms import Form, offered
from marketplace.web.language import lazy_gettext as _
from marketplace.web.reading import whole_number
from payments.money import CURRENCIES

NOTE_MAX = 1_000
COMPLETED_MAX = 9_999
BEARERS = ((CostBearer.PLATFORM, _("Athar")), (CostBearer.BRAND, _("the brand, inside the fee")))
DIGITS_OF_A_SHARE = "SAR"
"""A share in percent with two decimals is read as an amount of a currency with two decimals: basis points."""


class FeeForm(Form):
    """Everything of a change but its table of shares and amounts."""

    valid_from = DateField(_("First day"), validators=[DataRequired()])
    cost_bearer = SelectField(_("Who pays what the payment costs"), choices=lambda: offered(BEARERS))
    processing = StringField(
        _("What a payment costs, in percent, if the brand pays it"), validators=[Length(max=10)]
    )
    note_en = TextAreaField(
        _("What changes, in English; everybody reads it"), validators=[DataRequired(), Length(max=NOTE_MAX)]
    )
    note_ar = TextAreaField(
        _("What changes, in Arabic; everybody reads it"), validators=[DataRequired(), Length(max=NOTE_MAX)]
    )
    reason = TextAreaField(
        _("Why? The second person and the audit trail read it"),
        validators=[DataRequired(), Length(max=REASON_MAX)],
    )


@dataclass(slots=True)
class ReadFees:
    """What was typed, and what of it cannot be read, by the name of the input."""

    policy: FeePolicy | None = None
    problems: dict[str, object] = field(default_factory=dict)


def typed_values(policy: FeePolicy) -> dict[str, str]:
    """Return the table's inputs filled with a policy."""
    values = {"processing": _share_as_typed(policy.processing_bps) if policy.processing_bps else ""}
    for number, tier in enumerate(policy.tiers, start=1):
        values[f"from_{number}"] = str(tier.completed_from)
        values[f"share_{number}"] = _share_as_typed(tier.bps)
    for currency, bounds in policy.bounds.items():
        values[f"least_{currency}"] = _amount_as_typed(bounds.minimum_minor, currency)
        values[f"most_{currency}"] = amount_as_typed(bounds.maximum_minor, currency)
        fixed = bounds.processing_fixed_minor
        values[f"fixed_{currency}"] = amount_as_typed(fixed, currency) if fixed else ""
    return values


def read_fees(typed: Mapping[str, str], *, valid_from: date, cost_bearer: str, processing: str) -> ReadFees:
    """Read a proposed policy; its version is given when it is asked for."""
    read = ReadFees()
    tiers = [_tier(typed, number, read) for number in range(1, TIERS_MAX + 1)]
    bounds = {currency: _bounds(typed, currency, read) for currency in CURRENCIES}
    processing_bps = _share(processing, "processing", read) if processing.strip() else 0
    if not read.problems:
        read.policy = FeePolicy(
            version="",
            valid_from=valid_from,
            tiers=tuple(tier for tier in tiers if tier is not None),
            bounds={currency: row for currency, row in bounds.items() if row is not None},
            cost_bearer=CostBearer(cost_bearer),
            processing_bps=processing_bps,
        )
    return read


def _tier(typed: Mapping[str, str], number: int, read: ReadFees) -> FeeTier | None:
    begins, share = typed.get(f"from_{number}", "").strip(), typed.get(f"share_{number}", "").strip()
    if not begins and not share:
        return None
    completed = whole_number(begins)
    if completed is None or not 0 <= completed <= COMPLETED_MAX:
        read.problems[f"from_{number}"] = _("Type a whole number of completed bookings.")
        return None
    return FeeTier(completed, _share(share, f"share_{number}", read))


def _share(text: str, name: str, read: ReadFees) -> int:
    cleaned = text.replace("%", "").replace("٪", "")
    if whole_number(cleaned) == 0:
        return 0
    amount, wrong = read_amount(cleaned, currency=DIGITS_OF_A_SHARE)
    if wrong is not None or amount is None:
        read.problems[name] = _("Type a share in percent, for example 7.5.")
        return 0
    return amount


def _bounds(typed: Mapping[str, str], currency: str, read: ReadFees) -> FeeBounds | None:
    least = typed.get(f"least_{currency}", "").strip()
    most = typed.get(f"most_{currency}", "").strip()
    if not least:
        if most:
            read.problems[f"least_{currency}"] = _("Name the least fee, or leave the whole row empty.")
        return None
    maximum = _amount(most, f"most_{currency}", currency, read) if most else None
    fixed_text = typed.get(f"fixed_{currency}", "").strip()
    return FeeBounds(
        _amount(least, f"least_{currency}", currency, read),
        maximum,
        _amount(fixed_text, f"fixed_{currency}", currency, read) if fixed_text else 0,
    )


def _amount(text: str, name: str, currency: str, read: ReadFees) -> int:
    if whole_number(text) == 0:
        return 0
    amount, wrong = read_amount(text, currency=currency)
    if wrong is not None:
        read.problems[name] = wrong
    return amount or 0


def _share_as_typed(bps: int) -> str:
    return amount_as_typed(bps, DIGITS_OF_A_SHARE) if bps else "0"


def _amount_as_typed(amount_minor: int, currency: str) -> str:
    return amount_as_typed(amount_minor, currency) if amount_minor else "0"
