"""What a claim takes and for whom, as the provider keeps it beside each of the claim's effects: a restored copy reads it there. Pure."""

import re
from dataclasses import dataclass

from payments.escrow import PartAmounts
from payments.statuses import Beneficiary

_WRITTEN = re.compile(r"(payer|platform):([0-9]{1,15}):([0-9]{1,15}):([0-9]{1,15})")


@dataclass(frozen=True, slots=True)
class ClaimTerms:
    """For whom a claim is, and over how much: the payee's net, and the fee and tax that the platform gives back."""

    beneficiary: Beneficiary
    back: PartAmounts

    def written(self) -> str:
        """Return the terms as one text, e.g. "payer:40000:4000:600" (minor units)."""
        back = self.back
        return f"{self.beneficiary}:{back.net_minor}:{back.fee_minor}:{back.tax_minor}"


def read_terms(written: str) -> ClaimTerms | None:
    """Return the terms that a text says; None when it says none."""
    found = _WRITTEN.fullmatch(written)
    if found is None:
        return None
    net, fee, tax = (int(each) for each in found.groups()[1:])
    return ClaimTerms(Beneficiary(found[1]), PartAmounts(net, fee, tax))
