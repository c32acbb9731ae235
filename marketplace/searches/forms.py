"""Naming a search, and choosing how often one hears of it."""

from wtforms import RadioField, StringField
from wtforms.validators import DataRequired, Length

from marketplace.searches.domain import NAME_LENGTH_MAX, OFF, Pace
from marketplace.web.forms import Form, offered
from marketplace.web.language import lazy_gettext as _

PACE_LABELS: dict[str, object] = {
    OFF: _("Do not tell me"),
    Pace.DAILY: _("Once a day"),
    Pace.WEEKLY: _("Once a week"),
}


def _name_field() -> StringField:
    return StringField(_("Name of the search"), validators=[DataRequired(), Length(max=NAME_LENGTH_MAX)])


def _pace_field() -> RadioField:
    return RadioField(_("Tell me of new ones"), default=OFF, choices=lambda: offered(PACE_LABELS.items()))


class SaveForm(Form):
    """Saves what is looked at."""

    name = _name_field()
    pace = _pace_field()


class RenameForm(Form):
    """Gives a search another name."""

    name = _name_field()


class AlertForm(Form):
    """How often the reader hears of one search."""

    pace = _pace_field()
