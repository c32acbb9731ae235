"""Why a sum that stands in a brief's text was not taken for its budget: said beside the empty field."""

from collections.abc import Mapping, Sequence
from typing import Any

from marketplace.briefs.domain import ReadingAnswer
from marketplace.briefs.understanding import ReadItem
from marketplace.web.formats import currency_name, isolated
from marketplace.web.language import gettext as _
from payments.money import CURRENCIES

NAMES = frozenset({"budget", "price_each"})


def budget_note(draft: Mapping[str, Any], read: Sequence[ReadItem], answers: Mapping[str, str]) -> str | None:
    """Return the sentence, or None where the budget is filled in, was read in a served currency or was called misread."""
    if str(draft.get("budget") or "").strip():
        return None
    for item in read:
        if item.name in NAMES and not item.fields and answers.get(item.name) != ReadingAnswer.REFUSED:
            return _sentence(item)
    return None


def _sentence(item: ReadItem) -> str | None:
    money = item.values[0]
    if money.currency is None:
        return _(
            "You wrote \u201c%(quote)s\u201d, and the text does not say of which country. Choose the currency and type the budget.",
            quote=isolated(money.quote),
        )
    if money.currency in CURRENCIES:
        return None
    return _(
        "You wrote \u201c%(quote)s\u201d. Budgets cannot be in %(currency)s here. Choose one of the currencies and type the budget in it.",
        quote=isolated(money.quote),
        currency=currency_name(money.currency),
    )
