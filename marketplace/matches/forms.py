"""What a brand may put instead of what was understood of its brief."""

from collections.abc import Callable

from wtforms import DateField, SelectField, StringField
from wtforms.validators import Length, Optional

from marketplace.influencers.deliverables import DeliverableKind
from marketplace.influencers.labels import PLATFORMS, kind_label, platform_label
from marketplace.web.countries import city_name, country_choices, language_choices
from marketplace.web.forms import Form, offered
from marketplace.web.language import gettext
from marketplace.web.language import lazy_gettext as _
from marketplace.web.number_field import WholeNumberField
from marketplace.web.topic_names import topic_choices
from matching.reading.places import cities

FOLLOWERS_MAX = 1_000_000_000


def _with_none(choices: Callable[[], list[tuple[str, str]]]) -> Callable[[], list[object]]:
    return lambda: [*offered([("", gettext("nothing more"))]), *offered(choices())]


def _cities() -> list[tuple[str, str]]:
    return sorted(((city.name_en, city_name(city.name_en)) for city in cities()), key=lambda pair: pair[1])


def _kinds() -> list[tuple[str, str]]:
    return [(str(kind), kind_label(kind)) for kind in DeliverableKind]


class CorrectionForm(Form):
    """Adds a value to an item, or sets a range; empty fields change nothing."""

    topic = SelectField(_("Topic"), default="", choices=_with_none(topic_choices))
    replaced_topic = SelectField(_("instead of"), default="", choices=[], validate_choice=False)
    platform = SelectField(
        _("Platform"), default="", choices=_with_none(lambda: [(c, platform_label(c)) for c in PLATFORMS])
    )
    country = SelectField(_("Country"), default="", choices=_with_none(country_choices))
    city = SelectField(_("City"), default="", choices=_with_none(_cities))
    audience = SelectField(_("Audience in"), default="", choices=_with_none(country_choices))
    language = SelectField(_("Audience speaks"), default="", choices=_with_none(language_choices))
    deliverable = SelectField(
        _("Work"),
        default="",
        choices=_with_none(_kinds),
    )
    other_work = SelectField(_("Or this work"), default="", choices=_with_none(_kinds))
    audience_share = WholeNumberField(_("Share of the audience in percent, at least"), least=1, most=100)
    followers_min = WholeNumberField(_("Followers, at least"), least=0, most=FOLLOWERS_MAX)
    followers_max = WholeNumberField(_("Followers, at most"), least=0, most=FOLLOWERS_MAX)
    budget = StringField(_("At most for one influencer"), validators=[Length(max=16)])
    starts_on = DateField(_("First day"), validators=[Optional()])
    ends_on = DateField(_("Last day"), validators=[Optional()])
