"""What the sandbox knows of the six currencies it settles: step, smallest and largest charge, and its play fees.

Amounts are integer minor units as Stripe counts them: JPY has none below the unit, KWD has three decimals of which
the last is always 0.
"""

from dataclasses import dataclass

from payments.sandbox.errors import ParameterInvalid

MAXIMUM_MINOR = 99_999_999
"""Eight digits are the most that one charge or transfer may have."""


@dataclass(frozen=True, slots=True)
class CurrencyRule:
    """Limits and fixed fees of one currency, in its minor units; `exponent` is the number of decimals."""

    code: str
    exponent: int
    step_minor: int
    minimum_minor: int
    fixed_fee_minor: int
    dispute_fee_minor: int


RULES = {
    rule.code: rule
    for rule in (
        CurrencyRule("sar", 2, 1, 200, 100, 5_500),
        CurrencyRule("aed", 2, 1, 200, 100, 5_500),
        CurrencyRule("usd", 2, 1, 50, 30, 1_500),
        CurrencyRule("eur", 2, 1, 50, 25, 1_500),
        CurrencyRule("jpy", 0, 1, 50, 30, 1_500),
        CurrencyRule("kwd", 3, 10, 160, 90, 4_500),
    )
}


def rule_for(currency: str, *, param: str = "currency") -> CurrencyRule:
    """Return the rule of a currency named in lower or upper case.

    Raises:
        ParameterInvalid: the sandbox does not settle it.
    """
    rule = RULES.get(currency.lower())
    if rule is None:
        known = ", ".join(RULES)
        raise ParameterInvalid(f"Invalid currency: {currency}. This sandbox settles {known}.", param=param)
    return rule


def check_step(amount_minor: int, rule: CurrencyRule, *, param: str) -> None:
    """Refuse an amount that the currency cannot express.

    Raises:
        ParameterInvalid: not positive, beyond eight digits, or its last digit is not 0 in a three-decimal currency.
    """
    if amount_minor < 1:
        raise ParameterInvalid(
            f"This value must be greater than or equal to 1 (got {amount_minor}).",
            param=param,
            code="parameter_invalid_integer",
        )
    if amount_minor > MAXIMUM_MINOR:
        raise ParameterInvalid(
            f"Amount must be no more than {MAXIMUM_MINOR} in {rule.code}.",
            param=param,
            code="amount_too_large",
        )
    if amount_minor % rule.step_minor:
        raise ParameterInvalid(
            f"Invalid amount {amount_minor}: {rule.code} has three decimals and the last digit must be 0.",
            param=param,
            code="parameter_invalid_integer",
        )


def check_charge_amount(amount_minor: int, rule: CurrencyRule, *, param: str) -> None:
    """Refuse an amount that no card may be charged with.

    Raises:
        ParameterInvalid: as `check_step`, or below the currency's minimum.
    """
    check_step(amount_minor, rule, param=param)
    if amount_minor < rule.minimum_minor:
        raise ParameterInvalid(
            f"The amount must be at least {rule.minimum_minor} in the smallest unit of {rule.code}.",
            param=param,
            code="amount_too_small",
        )


def processing_fee(amount_minor: int, rule: CurrencyRule, *, rate_bps: int) -> int:
    """Return the play processing fee: `rate_bps` of the amount, rounded half up to the step, plus the fixed part."""
    steps = (amount_minor * rate_bps + 5_000 * rule.step_minor) // (10_000 * rule.step_minor)
    return steps * rule.step_minor + rule.fixed_fee_minor


def format_amount(amount_minor: int, currency: str) -> str:
    """Return an amount as people write it, for example `1,234.50` for 123450 in AED."""
    rule = rule_for(currency)
    if rule.exponent == 0:
        return f"{amount_minor:,}"
    whole, part = divmod(amount_minor, 10**rule.exponent)
    return f"{whole:,}.{part:0{rule.exponent}d}"
