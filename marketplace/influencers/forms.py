"""Forms of an influencer's own profile: what they say, their channels, figures, posts and calendar."""

from typing import Any

from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from marketplace.categories import CATEGORIES
from marketplace.influencers.figures import METRIC_NAMES
from marketplace.influencers.labels import FIGURES, PLATFORMS, SPLITS
from marketplace.influencers.models import Influencer
from marketplace.influencers.operations import mark_of_profile
from marketplace.web.countries import country_choices, language_name
from marketplace.web.forms import Form, Ticks
from marketplace.web.language import lazy_gettext as _
from marketplace.web.stored_forms import StoredForm
from marketplace.web.topic_names import topic_choices, topic_name

LANGUAGES_OFFERED = ("ar", "en", "fr", "ur", "hi", "tr", "fa", "tl")


class ProfileForm(StoredForm):
    """What brands read first."""

    name = StringField(_("Name"), validators=[InputRequired()])
    name_ar = StringField(_("Name in Arabic script"))
    bio = TextAreaField(_("What your posts are about"))
    languages = Ticks(_("Languages you post in"), validate_choice=False, choices=())
    country = SelectField(_("Country"), validate_choice=False, choices=lambda: [("", ""), *country_choices()])
    city = StringField(_("City"))
    claimed_topics = Ticks(_("Your topics"), validate_choice=False, choices=())
    topic_more = SelectField(
        _("Add a topic"), validate_choice=False, choices=lambda: [("", ""), *topic_choices()]
    )
    refused_categories = Ticks(
        _("What you never advertise"),
        validate_choice=False,
        choices=lambda: [(code, str(label)) for code, label in CATEGORIES.items()],
    )
    open_slots = StringField(_("Bookings at once"))


class ChannelForm(Form):
    """An account somebody claims."""

    platform = SelectField(
        _("Platform"),
        validate_choice=False,
        validators=[InputRequired()],
        choices=lambda: [(str(code), str(label)) for code, label in PLATFORMS.items()],
    )
    handle = StringField(_("Account name"), validators=[InputRequired()])
    url = StringField(_("Address"), validators=[InputRequired()])


class FigureForm(Form):
    """A figure one declares; it is labelled as self-declared."""

    name = SelectField(
        _("What"),
        validate_choice=False,
        validators=[InputRequired()],
        choices=lambda: [(name, str(FIGURES[name])) for name in METRIC_NAMES if name != "engagement_rate"],
    )
    value = StringField(_("Number"), validators=[InputRequired()])
    as_of = StringField(_("Counted on"), validators=[InputRequired()])
    sample_size = StringField(_("From how many posts"))


class PostForm(Form):
    """A post one adds by hand."""

    url = StringField(_("Address of the post"), validators=[InputRequired()])
    published_on = StringField(_("Posted on"), validators=[InputRequired()])
    text = TextAreaField(_("Text"))
    views = StringField(_("Views"))
    likes = StringField(_("Likes"))
    comments = StringField(_("Comments"))
    shares = StringField(_("Shares"))
    saves = StringField(_("Saves"))
    is_sponsored = BooleanField(_("It was paid for"))


class AudienceForm(Form):
    """A split of the audience, a line each: `SA 62`."""

    kind = SelectField(
        _("What is split"),
        validate_choice=False,
        validators=[InputRequired()],
        choices=lambda: [(str(code), str(label)) for code, label in SPLITS.items()],
    )
    shares = TextAreaField(_("Shares in percent"), validators=[InputRequired()])
    as_of = StringField(_("Seen on"), validators=[InputRequired()])


class BusyForm(Form):
    """Days on which nothing new is taken."""

    starts_on = StringField(_("First day"), validators=[InputRequired()])
    ends_on = StringField(_("Last day"), validators=[InputRequired()])


def filled_profile(influencer: Influencer) -> ProfileForm:
    """Return the form with what is stored."""
    form = ProfileForm(formdata=None, obj=influencer, seen=mark_of_profile(influencer))
    form.open_slots.data = str(influencer.open_slots)
    offer_choices(form)
    return form


def offer_choices(form: ProfileForm) -> None:
    """Offer as checkboxes what is chosen and what is often meant."""
    languages = dict.fromkeys([*LANGUAGES_OFFERED, *(form.languages.data or [])])
    form.languages.choices = [(code, language_name(code)) for code in languages]
    form.claimed_topics.choices = [(code, topic_name(code)) for code in form.claimed_topics.data or []]


def typed_profile(form: ProfileForm, *, open_slots: int) -> Any:
    """Return what was typed as profile values; the select adds one topic."""
    more = [form.topic_more.data] if form.topic_more.data else []
    return {
        "name": form.name.data or "",
        "name_ar": form.name_ar.data or "",
        "bio": form.bio.data or "",
        "languages": list(form.languages.data or []),
        "country": form.country.data or None,
        "city": form.city.data or "",
        "claimed_topics": list(dict.fromkeys([*(form.claimed_topics.data or []), *more])),
        "refused_categories": list(form.refused_categories.data or []),
        "open_slots": open_slots,
    }
