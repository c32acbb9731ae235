"""The chart of accounts: the grammar of ledger addresses and which side each kind may stand on.

Signs: debit is positive, credit is negative. Two books share the journal: ours (asset, liab, rev, exp, fx, suspense)
and `custody`, which mirrors what the payees' connected accounts hold.
"""

import re

from payments.errors import InvalidReference

PSP = "asset:psp"
BANK = "asset:bank"
TAX = "liab:tax"
PLATFORM_FEE = "rev:platform_fee"
PSP_FEE = "exp:psp_fee"
DISPUTE_FEE = "exp:dispute_fee"
CHARGEBACK_LOSS = "exp:chargeback_loss"
FX_DIFFERENCE = "exp:fx"
DISPUTE_RECEIVABLE_PREFIX = "asset:dispute_receivable:"

NEVER_DEBIT_PREFIXES = (
    "liab:held:",
    "liab:held_disputed:",
    "liab:release_in_transit:",
    "liab:fee_deferred:",
    "liab:refund_in_transit:",
    "liab:claw_back:",
    "suspense:",
)
"""Accounts of one subject that may not turn debit: their money would be spent twice."""

NEVER_CREDIT_PREFIXES = ("custody:balance:", "custody:payout_in_transit:")
"""Mirrored balances that may not turn credit: a payout of money that is not there."""

_REF = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
_ADDRESS = re.compile(
    rf"(asset:(psp|bank|(dispute|influencer)_receivable:{_REF.pattern})"
    rf"|liab:(tax|(held|held_disputed|release_in_transit|fee_deferred|refund_in_transit|claw_back):{_REF.pattern})"
    rf"|rev:platform_fee|exp:(psp_fee|dispute_fee|chargeback_loss|fx)|fx:[A-Z]{{3}}|suspense:{_REF.pattern}"
    rf"|custody:(received|balance|bank|payout_in_transit):{_REF.pattern})"
)


def check_ref(ref: str) -> str:
    """Return the reference when it can stand in an address.

    Raises:
        InvalidReference: it is empty, longer than 100 characters or has other characters than letters, digits, `_.-`.

    """
    if not _REF.fullmatch(ref):
        raise InvalidReference(
            "A reference has 1 to 100 letters, digits, dots, dashes or underscores.", ref=ref[:40]
        )
    return ref


def is_address(text: str) -> bool:
    """Tell whether the text is an account of this chart."""
    return _ADDRESS.fullmatch(text) is not None


def is_beginning(text: str) -> bool:
    """Tell whether accounts of this chart begin so, up to a colon."""
    return text.endswith(":") and any(
        f"{each}:".startswith(text) for each in (*GROUPS_OF_SUBJECTS, "exp", "rev")
    )


def held(booking_ref: str) -> str:
    return f"liab:held:{check_ref(booking_ref)}"


def held_disputed(booking_ref: str) -> str:
    return f"liab:held_disputed:{check_ref(booking_ref)}"


def release_in_transit(operation_id: str) -> str:
    return f"liab:release_in_transit:{check_ref(operation_id)}"


def fee_deferred(operation_id: str) -> str:
    return f"liab:fee_deferred:{check_ref(operation_id)}"


def refund_in_transit(operation_id: str) -> str:
    return f"liab:refund_in_transit:{check_ref(operation_id)}"


def claw_back(claw_back_id: str) -> str:
    return f"liab:claw_back:{check_ref(claw_back_id)}"


def dispute_receivable(chargeback_ref: str) -> str:
    return f"{DISPUTE_RECEIVABLE_PREFIX}{check_ref(chargeback_ref)}"


def influencer_receivable(payee_ref: str) -> str:
    return f"asset:influencer_receivable:{check_ref(payee_ref)}"


def suspense(gateway_ref: str) -> str:
    return f"suspense:{check_ref(gateway_ref)}"


def custody_received(payee_ref: str) -> str:
    return f"custody:received:{check_ref(payee_ref)}"


def custody_balance(payee_ref: str) -> str:
    return f"custody:balance:{check_ref(payee_ref)}"


def custody_bank(payee_ref: str) -> str:
    return f"custody:bank:{check_ref(payee_ref)}"


def payout_in_transit(operation_id: str) -> str:
    return f"custody:payout_in_transit:{check_ref(operation_id)}"


GROUPS_OF_SUBJECTS = (
    "asset:dispute_receivable",
    "asset:influencer_receivable",
    "liab:held",
    "liab:held_disputed",
    "liab:release_in_transit",
    "liab:fee_deferred",
    "liab:refund_in_transit",
    "liab:claw_back",
    "suspense",
    "fx",
    "custody:received",
    "custody:balance",
    "custody:bank",
    "custody:payout_in_transit",
)
"""Kinds of accounts that have one account a subject; every other account is a kind of its own."""


def group_of(address: str) -> str:
    """Return the account without its subject, for totals: `liab:held:b1` is `liab:held`."""
    head = address.split(":")
    return head[0] if head[0] in {"suspense", "fx"} else ":".join(head[:2])
