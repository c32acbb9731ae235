"""The list of currencies of a form: those in which a price can be made, and the one that stands there already."""

from typing import Any

from wtforms import SelectField
from wtforms.fields.choices import Choice
from wtforms.validators import InputRequired

from marketplace.settlement import settled_currencies
from marketplace.web.context import now, services
from marketplace.web.formats import currency_choice


class CurrencyField(SelectField):
    """An earlier currency that is refused by now stays chosen, so that no amount silently changes its currency."""

    def __init__(self, label: object, **options: Any) -> None:
        super().__init__(
            label, choices=currency_choices, validate_choice=False, validators=[InputRequired()], **options
        )

    def iter_choices(self) -> list[Any]:
        known = list(super().iter_choices())
        if self.data and not any(choice.selected for choice in known):
            known.append(Choice(self.data, currency_choice(self.data), selected=True, render_kw={}))
        return known

    @property
    def shown(self) -> str:
        """Return the code of the currency that the page shows beside amounts: the chosen one, else the first."""
        return str(self.data or next((choice.value for choice in super().iter_choices()), ""))


def currency_choices() -> list[tuple[str, str]]:
    """Return the currencies in which a price can be made here."""
    return [(code, currency_choice(code)) for code in settled_currencies(services().settings, now())]
