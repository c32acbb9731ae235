"""The form of a listing and the filter of the market."""

from collections.abc import Mapping
from typing import Any

from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired

from marketplace.influencers.labels import KINDS, PLATFORMS
from marketplace.influencers.pieces import COUNT_MAX
from marketplace.listings.terms import DAYS_MAX, ListingInvalid, ListingTerms
from marketplace.web.amounts import amount_as_typed
from marketplace.web.currency_field import CurrencyField
from marketplace.web.formats import currency_sign
from marketplace.web.forms import Form, clean_text
from marketplace.web.language import lazy_gettext as _
from marketplace.web.number_field import WholeNumberField
from marketplace.web.reading import DraftReader
from marketplace.web.stored_forms import StoredForm
from payments.money import CURRENCIES

ROWS_LEAST, ROWS_MAX = 3, 10
MONTHS_MAX, EXCLUSIVITY_MAX = 24, 180


def platform_choices() -> list[tuple[str, str]]:
    """Return (code, name) of all platforms."""
    return [(str(code), str(label)) for code, label in PLATFORMS.items()]


def kind_choices() -> list[tuple[str, str]]:
    """Return (code, name) of all kinds of deliverable, an empty one first."""
    return [("", ""), *((str(code), str(label)) for code, label in KINDS.items())]


class PieceForm(PlainForm):
    """One kind of work and how often."""

    kind = SelectField(_("What"), choices=kind_choices, validate_choice=False)
    count = StringField(_("How many"), filters=[clean_text], default="1")


class ListingForm(StoredForm):
    """Everything a version says, as typed; `read_listing` turns it into terms."""

    platform = SelectField(
        _("Platform"),
        choices=lambda: [("", ""), *platform_choices()],
        validate_choice=False,
        validators=[InputRequired()],
    )
    title = StringField(_("Title"), validators=[InputRequired()])
    description = TextAreaField(_("What the brand gets"), validators=[InputRequired()])
    deliverables = FieldList(FormField(PieceForm), label=_("What you deliver"), min_entries=ROWS_LEAST)
    currency = CurrencyField(_("Currency"))
    base_minor = StringField(_("Price"), validators=[InputRequired()])
    turnaround_days = StringField(_("Days you need"), validators=[InputRequired()], default="7")
    amplification_month_minor = StringField(_("A month of paid amplification"))
    exclusivity_day_minor = StringField(_("A day of exclusivity in one category"))
    rush_minor = StringField(_("Rush"))
    rush_days = StringField(_("Days with rush"))


class ExtrasForm(Form):
    """What a brand would add to a listing; arrives by GET and shows what that costs."""

    class Meta(Form.Meta):
        csrf = False

    is_rush = BooleanField(_("Rush"))
    amplification_months = WholeNumberField(
        _("Months of paid amplification"), default=0, least=0, most=MONTHS_MAX
    )
    exclusivity_days = WholeNumberField(_("Days of exclusivity"), default=0, least=0, most=EXCLUSIVITY_MAX)


class MarketForm(Form):
    """What a brand looks for; arrives by GET, so that an address can be kept."""

    class Meta(Form.Meta):
        csrf = False

    q = StringField(_("Words"))
    platform = SelectMultipleField(_("Platform"), choices=platform_choices, validate_choice=False)
    country = SelectMultipleField(_("Country"), validate_choice=False, choices=[])
    topic = SelectField(_("Topic"), validate_choice=False, choices=[])
    currency = SelectField(
        _("Currency"),  # beside the amount, so as short as prices name it
        choices=lambda: [(code, currency_sign(code)) for code in CURRENCIES],
        validate_choice=False,
    )
    price_max = StringField(_("At most"))
    size = StringField(_("Followers"))


def read_listing(form: Mapping[str, Any]) -> ListingTerms:
    """Return the terms that the typed values describe.

    Raises:
        ListingInvalid: what cannot be read in which field.

    """
    reader = DraftReader(form)
    currency = reader.choice("currency", CURRENCIES)
    pieces = []
    for place, row in reader.rows("deliverables", tells=("kind",)):
        line = DraftReader(row, reader.problems, prefix=f"deliverables-{place}-")
        pieces.append((str(row["kind"]), line.count("count", least=1, most=COUNT_MAX, default=1)))
    terms = ListingTerms(
        platform=reader.choice("platform", PLATFORMS),
        title=reader.text("title", most=10_000),
        description=reader.text("description", most=100_000),
        deliverables=tuple(pieces),
        currency=currency,
        base_minor=reader.amount("base_minor", currency=currency),
        turnaround_days=reader.count("turnaround_days", least=1, most=DAYS_MAX),
        amplification_month_minor=reader.optional_amount("amplification_month_minor", currency=currency),
        exclusivity_day_minor=reader.optional_amount("exclusivity_day_minor", currency=currency),
        rush_minor=reader.optional_amount("rush_minor", currency=currency),
        rush_days=reader.optional_count("rush_days", least=1, most=DAYS_MAX),
    )
    if reader.problems:
        raise ListingInvalid(_("Some fields need another look."), fields=reader.problems)
    return terms


def typed_listing(terms: ListingTerms) -> dict[str, Any]:
    """Return terms as they would be typed, to fill the form, with an empty row to go on."""
    amounts = ("base_minor", "amplification_month_minor", "exclusivity_day_minor", "rush_minor")
    rows = [{"kind": kind, "count": str(count)} for kind, count in terms.deliverables]
    return {
        "platform": terms.platform,
        "title": terms.title,
        "description": terms.description,
        "deliverables": [*rows, *([{"kind": "", "count": "1"}] * (len(rows) < ROWS_MAX))],
        "currency": terms.currency,
        "turnaround_days": str(terms.turnaround_days),
        "rush_days": "" if terms.rush_days is None else str(terms.rush_days),
        **{name: amount_as_typed(getattr(terms, name), terms.currency) for name in amounts},
    }
