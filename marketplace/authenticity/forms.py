"""The form in which an influencer explains an unusual figure."""

from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from marketplace.authenticity.operations import STATEMENT_MAX, URL_MAX
from marketplace.web.forms import Form
from marketplace.web.language import lazy_gettext as _


class ContestForm(Form):
    sign = HiddenField(validators=[InputRequired()])
    statement = TextAreaField(_("What explains it?"), validators=[DataRequired(), Length(max=STATEMENT_MAX)])
    evidence_url = StringField(_("Address of the evidence"), validators=[Optional(), Length(max=URL_MAX)])
