"""Forms of results: counts of a live post, and what a brief earned."""

from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Optional

from marketplace.results.domain import COUNT_MAX
from marketplace.web.forms import Form
from marketplace.web.language import lazy_gettext as _
from marketplace.web.number_field import WholeNumberField


def _count(label: object) -> WholeNumberField:
    return WholeNumberField(label, least=0, most=COUNT_MAX)


class ResultForm(Form):
    """What the platform shows of one post; what is not shown stays empty."""

    as_of = DateField(_("Read off on"), validators=[InputRequired()])
    views = _count(_("Views"))
    impressions = _count(_("Impressions"))
    reach = _count(_("People reached"))
    likes = _count(_("Likes"))
    comments = _count(_("Comments"))
    shares = _count(_("Shares"))
    saves = _count(_("Saves"))
    clicks = _count(_("Clicks"))


class FiguresForm(Form):
    """What the brand knows of the money a brief brought in."""

    sales = StringField(_("Sales that came of it"), validators=[Optional()])
    conversions = _count(_("Orders, sign-ups or installs"))
    margin = WholeNumberField(_("Your margin on these sales, in percent"), least=0, most=100)
