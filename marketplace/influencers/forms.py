"""Forms of an influencer's own profile: what they say, their channels, figures, posts and calendar."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from wtforms import BooleanField, FieldList, FormField, SelectField, StringField, TextAreaField
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired

from marketplace.categories import CATEGORIES
from marketplace.influencers.audience_names import FIXED, name_of, offered_names
from marketplace.influencers.figures import METRIC_NAMES
from marketplace.influencers.labels import FIGURES, PLATFORMS, SPLITS
from marketplace.influencers.models import Influencer
from marketplace.influencers.operations import mark_of_profile
from marketplace.influencers.queries import SplitView
from marketplace.web.countries import country_choices, language_name
from marketplace.web.field_rows import attach_errors
from marketplace.web.forms import Form, Ticks, clean_text
from marketplace.web.language import lazy_gettext as _
from marketplace.web.stored_forms import StoredForm
from marketplace.web.topic_names import topic_choices, topic_name

LANGUAGES_OFFERED = ("ar", "en", "fr", "ur", "hi", "tr", "fa", "tl")
ROWS_LEAST, EMPTY_ROWS = 5, 2


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


class AccountForm(Form):
    """The name and address of an account on a platform."""

    handle = StringField(_("Account name"), validators=[InputRequired()])
    url = StringField(_("Address"), validators=[InputRequired()])


class ChannelForm(AccountForm):
    """An account somebody claims."""

    platform = SelectField(
        _("Platform"),
        validate_choice=False,
        validators=[InputRequired()],
        choices=lambda: [("", ""), *((str(code), str(label)) for code, label in PLATFORMS.items())],
    )


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


class ShareForm(PlainForm):
    """One part of an audience: who, by a name in either language or a code, and the share in percent."""

    who = StringField(_("Who"), filters=[clean_text])
    share = StringField(_("Share in percent"), filters=[clean_text])


class AudienceForm(Form):
    """A split of one channel's audience into countries, languages, age bands or genders."""

    shares = FieldList(FormField(ShareForm), label=_("Shares in percent"))
    as_of = StringField(_("Seen on"), validators=[InputRequired()])


class BusyForm(Form):
    """Days on which nothing new is taken."""

    starts_on = StringField(_("First day"), validators=[InputRequired()])
    ends_on = StringField(_("Last day"), validators=[InputRequired()])


def empty_figure(today: date) -> FigureForm:
    """Return the form for a figure, which most people read off on the day they enter it."""
    return FigureForm(formdata=None, data={"as_of": today.isoformat()})


def audience_forms(channel_id: str, stored: Iterable[SplitView], *, today: date) -> dict[str, AudienceForm]:
    """Return the form of each kind of split for one channel, with what is stored and empty rows to go on.

    Today is offered as the day only where nothing is stored: shares of before are not to become today's by a press.
    """
    known = {split.kind: split for split in stored if split.channel_id == channel_id}
    return {str(kind): _audience_form(channel_id, str(kind), known.get(kind), today=today) for kind in SPLITS}


def typed_audience(channel_id: str, kind: str) -> AudienceForm:
    """Return what was typed into the form of one kind."""
    return _named(kind, AudienceForm(prefix=audience_prefix(channel_id, kind)))


def audience_prefix(channel_id: str, kind: str) -> str:
    """Return what the names of a split's fields begin with: a page holds several for each channel."""
    return f"{channel_id}-{kind}-"


def attach_audience_errors(
    form: AudienceForm, prefix: str, problems: Mapping[str, object]
) -> list[dict[str, str]]:
    """Put each problem beside its field; returns those of fields in rows, for the summary's links."""
    form.add_errors({name: message for name, message in problems.items() if name in form})
    return attach_errors(
        form, {f"{prefix}{name}": message for name, message in problems.items() if name not in form}
    )


def _audience_form(channel_id: str, kind: str, stored: SplitView | None, *, today: date) -> AudienceForm:
    shares = {} if stored is None else dict(stored.shares)
    codes = [code for code, _name in offered_names(kind)] if kind in FIXED else list(shares)
    rows = [
        {"who": code if kind in FIXED else name_of(kind, code), "share": _percent(shares.get(code))}
        for code in codes
    ]
    empty = [] if kind in FIXED else [{"who": "", "share": ""}] * max(EMPTY_ROWS, ROWS_LEAST - len(rows))
    prefix = audience_prefix(channel_id, kind)
    data = {"shares": [*rows, *empty], "as_of": today.isoformat() if stored is None else ""}
    return _named(kind, AudienceForm(formdata=None, prefix=prefix, data=data))


def _named(kind: str, form: AudienceForm) -> AudienceForm:
    """Call each share that stands on the form by whose it is."""
    for entry in form.shares if kind in FIXED else ():
        entry.form.share.label.text = name_of(kind, entry.form.who.data or "")
    return form


def _percent(share: float | None) -> str:
    return "" if share is None else str(round(share * 100))


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
