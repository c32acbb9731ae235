"""The form of a side's tax status."""

from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Length

from marketplace.taxes.domain import ADDRESS_MAX, LEGAL_NAME_MAX, NUMBER_MAX
from marketplace.web.countries import country_choices
from marketplace.web.forms import Form, offered
from marketplace.web.language import lazy_gettext as _


class TaxStatusForm(Form):
    """Whom documents name."""

    legal_name = StringField(_("Legal name"), validators=[DataRequired(), Length(max=LEGAL_NAME_MAX)])
    address = StringField(_("Postal address"), validators=[DataRequired(), Length(max=ADDRESS_MAX)])
    country = SelectField(
        _("Country of registration"), choices=lambda: offered(country_choices()), validators=[DataRequired()]
    )
    number = StringField(_("Tax number, if you are registered"), validators=[Length(max=NUMBER_MAX)])
