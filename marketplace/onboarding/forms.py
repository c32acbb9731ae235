"""Forms of signing up."""

from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional, Regexp, ValidationError

from marketplace.accounts.forms import email_field, new_password_field
from marketplace.categories import CATEGORIES
from marketplace.web.countries import country_choices
from marketplace.web.forms import Form, offered
from marketplace.web.language import gettext
from marketplace.web.language import lazy_gettext as _
from marketplace.web.served_countries import is_country_served


def _country() -> SelectField:
    """Return the list of countries; money and tax go by the choice, so nothing is chosen beforehand."""
    return SelectField(
        _("Country"),
        choices=lambda: offered([("", _("Choose a country")), *country_choices()]),
        validators=[DataRequired(message=_("Choose your country."))],
    )


class PersonForm(Form):
    """What every new user gives."""

    display_name = StringField(_("Your name"), validators=[DataRequired(), Length(max=120)])
    email = email_field()
    password = new_password_field()


class BrandSignUpForm(PersonForm):
    #: what was asked for on the first page; it becomes the title of the brand's first draft, whose editor says when it is
    #: too long for one
    sentence = HiddenField()
    brand_name = StringField(_("Name of the brand"), validators=[DataRequired(), Length(max=120)])
    country = _country()
    #: the category of each of its briefs from then on: nothing is chosen beforehand
    category = SelectField(
        _("What you sell"),
        choices=lambda: offered([("", _("Choose one")), *CATEGORIES.items()]),
        validators=[DataRequired(message=_("Choose what you sell."))],
    )
    email = email_field()  # anew, so that the summary of what is amiss goes down the page as it stands
    password = new_password_field()


class InfluencerSignUpForm(PersonForm):
    handle = StringField(
        _("Your handle on Athar"),
        validators=[
            DataRequired(),
            Length(min=3, max=40),
            Regexp(r"^[A-Za-z0-9_.]+$", message=_("Use Latin letters, digits, dots and underscores.")),
        ],
    )
    country = _country()
    city = StringField(_("City"), validators=[Optional(), Length(max=80)])
    knows_unserved = BooleanField(_("I sign up all the same, and know that I cannot be paid yet"))
    is_adult = BooleanField(
        _("I am 18 or older"), validators=[DataRequired(message=_("You must be 18 or older."))]
    )
    email = email_field()  # anew, as above
    password = new_password_field()

    def validate_country(self, field: SelectField) -> None:
        """Say it now, not when money is owed; whoever wants to wait may."""
        if not is_country_served(field.data) and not self.knows_unserved.data:
            raise ValidationError(
                gettext(
                    "Your country is not served yet: the payment provider of this site pays nobody there."
                    " You may sign up all the same and wait; then tick the box below."
                )
            )


class JoinForm(PersonForm):
    """A new member of a brand; the address is free to choose."""
