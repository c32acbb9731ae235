"""Groups of ledger accounts in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from marketplace.web.language import lazy_gettext as _
from payments.balances import AccountTotal

GROUPS: Mapping[str, object] = {
    "asset:psp": _("Our balance at the payment provider"),
    "asset:bank": _("Our bank"),
    "asset:dispute_receivable": _("Taken by card networks, in dispute"),
    "asset:influencer_receivable": _("Owed to us by influencers"),
    "liab:held": _("Held for bookings"),
    "liab:held_disputed": _("Held, in dispute"),
    "liab:release_in_transit": _("On its way to influencers"),
    "liab:refund_in_transit": _("On its way back to brands"),
    "liab:fee_deferred": _("Fees earned when a share arrives"),
    "liab:claw_back": _("Owed to brands once influencers paid it back"),
    "liab:tax": _("Tax we owe"),
    "rev:platform_fee": _("Platform fees"),
    "exp:psp_fee": _("Fees of the payment provider"),
    "exp:dispute_fee": _("Fees of disputes"),
    "exp:chargeback_loss": _("Losses by chargebacks"),
    "exp:fx": _("Differences of exchange"),
    "fx": _("Exchange"),
    "suspense": _("Money that funds nothing"),
    "custody:received": _("Influencers' accounts: received"),
    "custody:balance": _("Influencers' accounts: balance"),
    "custody:bank": _("Influencers' accounts: paid to banks"),
    "custody:payout_in_transit": _("Influencers' accounts: on its way to banks"),
}


def group_label(group: str) -> str:
    """Return the group in words; its address for one that is not in the table."""
    return str(GROUPS.get(group, group))


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One kind of account: its address, its words and its totals in minor units, by currency."""

    group: str
    label: str
    totals_minor: dict[str, int] = field(default_factory=dict)


def rows_by_group(totals: Iterable[AccountTotal]) -> list[AccountRow]:
    """Return a row for each kind of account, in the order given, so that one currency stands under another's name."""
    rows: dict[str, AccountRow] = {}
    for total in totals:
        row = rows.setdefault(total.group, AccountRow(total.group, group_label(total.group)))
        row.totals_minor[total.currency] = total.amount_minor
    return list(rows.values())
