"""Forms of brands."""

from wtforms import EmailField, SelectField, StringField, TextAreaField, URLField
from wtforms.validators import DataRequired, Email, Length, Optional

from marketplace.accounts.domain import BrandRole
from marketplace.brands.domain import ABOUT_MAX, CITY_MAX, NAME_MAX, WEBSITE_MAX
from marketplace.categories import CATEGORIES
from marketplace.web.countries import country_choices
from marketplace.web.forms import Form, offered
from marketplace.web.language import lazy_gettext as _
from marketplace.web.stored_forms import StoredForm

ROLE_LABELS = {
    BrandRole.OWNER: _("Owner: everything, members too"),
    BrandRole.APPROVER: _("Approver: accepts prices and pays"),
    BrandRole.BUYER: _("Buyer: drafts, searches, invites"),
}


class BrandForm(StoredForm):
    """What a brand says of itself."""

    name = StringField(_("Name of the brand"), validators=[DataRequired(), Length(max=NAME_MAX)])
    name_ar = StringField(_("Name in Arabic"), validators=[Optional(), Length(max=NAME_MAX)])
    website = URLField(_("Website"), validators=[Optional(), Length(max=WEBSITE_MAX)])
    country = SelectField(_("Country"), choices=lambda: offered(country_choices()))
    city = StringField(_("City"), validators=[Optional(), Length(max=CITY_MAX)])
    category = SelectField(_("What you sell"), choices=lambda: offered(CATEGORIES.items()))
    about = TextAreaField(_("About the brand"), validators=[Optional(), Length(max=ABOUT_MAX)])


class MemberForm(Form):
    """An invitation to join the brand."""

    email = EmailField(
        _("Mail address"),
        validators=[
            DataRequired(),
            Length(max=254),
            Email(_("Type a mail address, such as name@example.com.")),
        ],
    )
    #: the fewest rights, unless the owner gives more
    role = SelectField(_("Role"), choices=lambda: offered(ROLE_LABELS.items()), default=BrandRole.BUYER.value)
