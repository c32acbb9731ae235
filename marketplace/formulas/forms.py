"""The form of a new version: its weights and neutral values are read by name (weight_<part>, neutral_<part>)."""

from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from marketplace.formulas.operations import NOTE_MAX
from marketplace.web.forms import Form
from marketplace.web.language import lazy_gettext as _


class FormulaForm(Form):
    note_en = TextAreaField(_("What changes, in English"), validators=[DataRequired(), Length(max=NOTE_MAX)])
    note_ar = TextAreaField(_("What changes, in Arabic"), validators=[DataRequired(), Length(max=NOTE_MAX)])
