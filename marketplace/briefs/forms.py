"""The editor's form: every field as typed, checked as a whole by `validation.py` when the brief is handed in."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.validators import DataRequired, InputRequired

from marketplace.briefs.labels import CLOSE_REASONS, CRITERIA, GOALS, PRICINGS
from marketplace.categories import CATEGORIES
from marketplace.influencers.labels import KINDS, PLATFORMS
from marketplace.web.amounts import spelt_out
from marketplace.web.countries import FIRST, country_choices, country_name, language_name
from marketplace.web.currency_field import CurrencyField
from marketplace.web.forms import Form, Ticks, clean_text
from marketplace.web.language import LANGUAGES
from marketplace.web.language import lazy_gettext as _
from marketplace.web.topic_names import topic_choices, topic_name

LANGUAGES_OFFERED = ("ar", "en", "fr", "ur", "hi", "tr", "fa", "tl")
#: fields that are rows of fields -> what an empty row holds
EMPTY_ROWS: Mapping[str, Mapping[str, str]] = {
    "deliverables": {"kind": "", "count": "1", "price": ""},
    "criteria": {"kind": "other", "text": "", "weight": ""},
}
#: lists of checkboxes with a select beside them that adds one more
PICKED = ("topics", "countries", "creator_countries")


def pairs(words: Mapping[str, object], *, has_empty: bool = False) -> list[tuple[str, str]]:
    """Return the choices of a select."""
    found = [(str(code), str(label)) for code, label in words.items()]
    return [("", ""), *found] if has_empty else found


class PieceForm(PlainForm):
    """One kind of work, how often, and the price of one where the brief fixes prices."""

    kind = SelectField(_("What"), choices=lambda: pairs(KINDS, has_empty=True), validate_choice=False)
    count = StringField(_("How many"), filters=[clean_text])
    price = StringField(_("Price of one"), filters=[clean_text])


class CriterionForm(PlainForm):
    """One atomic criterion with its weight."""

    kind = SelectField(_("It"), choices=lambda: pairs(CRITERIA), validate_choice=False)
    text = StringField(_("In your words"), filters=[clean_text])
    weight = StringField(_("Weight"), filters=[clean_text])


def _choice(label: object, choices: Any) -> SelectField:
    return SelectField(label, choices=choices, validate_choice=False, validators=[InputRequired()])


def _ticks(label: object, choices: Any = ()) -> Ticks:
    return Ticks(label, choices=choices, validate_choice=False)


class BriefForm(Form):
    """Everything of a draft. Required marks only tell; nothing is refused before it is handed in."""

    revision = HiddenField()
    language = _choice(_("Language of the brief"), lambda: pairs(LANGUAGES))
    title = StringField(_("Title"), validators=[InputRequired()])
    goal = _choice(_("Goal"), lambda: pairs(GOALS, has_empty=True))
    product = StringField(_("Product or service"), validators=[InputRequired()])
    category = _choice(_("Category"), lambda: pairs(CATEGORIES, has_empty=True))
    text = TextAreaField(_("What should be shown or said"), validators=[InputRequired()])
    topics = _ticks(_("Topics"))
    topics_more = SelectField(
        _("Add a topic"), validate_choice=False, choices=lambda: [("", ""), *topic_choices()]
    )
    platforms = _ticks(_("Platforms"), lambda: pairs(PLATFORMS))
    deliverables = FieldList(FormField(PieceForm), label=_("What each influencer makes"))
    pricing = RadioField(
        _("Who names the price"),
        choices=lambda: pairs(PRICINGS),
        validate_choice=False,
        validators=[InputRequired()],
    )
    currency = CurrencyField(_("Currency"))
    budget = StringField(_("Budget for everyone together"), validators=[InputRequired()])
    seats = StringField(_("How many influencers"), validators=[InputRequired()])
    countries = _ticks(_("Where the audience lives"))
    countries_more = SelectField(
        _("Add a country"), validate_choice=False, choices=lambda: [("", ""), *country_choices()]
    )
    languages = _ticks(
        _("What the audience speaks"), lambda: [(c, language_name(c)) for c in LANGUAGES_OFFERED]
    )
    share = StringField(_("Least share of the audience, in percent"))
    creator_countries = _ticks(_("Where the influencer lives"))
    creator_countries_more = SelectField(
        _("Add a country"), validate_choice=False, choices=lambda: [("", ""), *country_choices()]
    )
    followers_min = StringField(_("Followers, at least"), validators=[InputRequired()])
    followers_max = StringField(_("Followers, at most"), validators=[InputRequired()])
    followers_reason = StringField(_("Why larger accounts"))
    starts_on = StringField(_("First day of posting"), validators=[InputRequired()])
    ends_on = StringField(_("Last day of posting"), validators=[InputRequired()])
    is_rush = BooleanField(_("We need it quickly and pay the rush price"))
    organic_months = StringField(_("Months of reposting"))
    amplification_months = StringField(_("Months of paid amplification"))
    territory = _choice(_("Country of the rights"), lambda: [("", ""), *country_choices()])
    ai_training = BooleanField(_("The work may train AI"))
    exclusivity_days = StringField(_("Days of exclusivity"))
    exclusivity_category = SelectField(
        _("In the category"), validate_choice=False, choices=lambda: pairs(CATEGORIES, has_empty=True)
    )
    refused_categories = _ticks(_("Must not advertise meanwhile"), lambda: pairs(CATEGORIES))
    requires_disclosure = BooleanField(_("Must say clearly that it is an advertisement"))
    criteria = FieldList(FormField(CriterionForm), label=_("Acceptance criteria"))


class StartForm(Form):
    """The first sentence of a brief."""

    title = StringField(_("What do you need, in one sentence?"), validators=[DataRequired()])
    language = SelectField(
        _("Language of the brief"), choices=lambda: pairs(LANGUAGES), validate_choice=False
    )


class CloseForm(Form):
    """Why a brief is closed."""

    reason = _choice(_("Why"), lambda: pairs(CLOSE_REASONS, has_empty=True))


def filled_form(draft: Mapping[str, Any], *, revision: int, suggested: Sequence[str] = ()) -> BriefForm:
    """Return the editor's form with what was kept, whatever it is, and an empty row where there is none."""
    content = dict(draft)
    for name, empty in EMPTY_ROWS.items():
        content[name] = content.get(name) or [dict(empty)]
    form = BriefForm(formdata=None, data=content | {"revision": str(revision)})
    offer_choices(form, suggested=suggested)
    return form


def offer_choices(form: BriefForm, *, suggested: Sequence[str] = ()) -> None:
    """Offer as checkboxes what is chosen, what is suggested and what is often meant."""
    topics = dict.fromkeys([*(form.topics.data or []), *suggested])
    form.topics.choices = [(code, topic_name(code)) for code in topics]
    for field in (form.countries, form.creator_countries):
        codes = dict.fromkeys([*FIRST, *(field.data or [])])
        field.choices = [(code, country_name(code)) for code in codes]


def typed_draft(form: BriefForm) -> dict[str, Any]:
    """Return what was typed as a draft; what a select adds joins its checkboxes, empty rows go.

    Amounts that were spelt become figures, which the editor then shows.
    """
    content: dict[str, Any] = {name: value for name, value in form.data.items() if name != "csrf_token"}
    for name in PICKED:
        added = content.get(f"{name}_more")
        content[name] = list(dict.fromkeys([*(content.get(name) or []), *([added] if added else [])]))
    currency = str(content.get("currency") or "")
    content["budget"] = spelt_out(content.get("budget") or "", currency)
    for row in content["deliverables"]:
        row["price"] = spelt_out(row.get("price") or "", currency)
    content["deliverables"] = [row for row in content["deliverables"] if row["kind"] or row["price"]]
    content["criteria"] = [row for row in content["criteria"] if row["text"] or row["weight"]]
    return content
