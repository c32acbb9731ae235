"""Forms of accounts."""

from zoneinfo import available_timezones

from wtforms import EmailField, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, Email, InputRequired, Length, ValidationError

from marketplace.accounts.domain import ApiScope
from marketplace.accounts.passwords import LENGTH_MAX, LENGTH_MIN
from marketplace.web.countries import time_zone_name
from marketplace.web.forms import Form, Ticks, offered
from marketplace.web.language import LANGUAGES
from marketplace.web.language import lazy_gettext as _

EMAIL_LENGTH_MAX = 254
DIGIT_SAMPLES = (("latn", "0123456789"), ("arab", "٠١٢٣٤٥٦٧٨٩"))
SCOPE_LABELS = (
    (ApiScope.READ, _("Read")),
    (ApiScope.WRITE, _("Change")),
    (ApiScope.MONEY, _("Pay and release")),
)
TIME_ZONES = (
    "Asia/Riyadh",
    "Asia/Dubai",
    "Asia/Kuwait",
    "Asia/Qatar",
    "Asia/Bahrain",
    "Asia/Muscat",
    "Asia/Amman",
    "Asia/Beirut",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Tokyo",
    "UTC",
)


def email_field() -> EmailField:
    return EmailField(
        _("Mail address"),
        validators=[
            DataRequired(),
            Length(max=EMAIL_LENGTH_MAX),
            Email(_("Type a mail address, such as name@example.com.")),
        ],
    )


def password_field(label: object = None) -> PasswordField:
    return PasswordField(label or _("Password"), validators=[InputRequired(), Length(max=LENGTH_MAX)])


def new_password_field(label: object = None) -> PasswordField:
    """Return the field of a password that is chosen here, which says what makes a good one."""
    return PasswordField(
        label or _("Password"),
        description=_(
            "%(least)s to %(most)s characters; a few unrelated words are good.",
            least=LENGTH_MIN,
            most=LENGTH_MAX,
        ),
        validators=[InputRequired(), Length(max=LENGTH_MAX)],
    )


class SignInForm(Form):
    email = email_field()
    password = password_field()


class ForgotForm(Form):
    email = email_field()


class ResetForm(Form):
    password = new_password_field(_("New password"))


class PasswordForm(Form):
    old_password = password_field(_("Present password"))
    password = new_password_field(_("New password"))


class PreferencesForm(Form):
    display_name = StringField(_("Your name"), validators=[DataRequired(), Length(max=120)])
    language = SelectField(_("Language"), choices=lambda: offered(LANGUAGES.items()))
    digits = SelectField(_("Digits"), choices=lambda: offered(DIGIT_SAMPLES))
    time_zone = SelectField(
        _("Time zone"), choices=lambda: offered((zone, time_zone_name(zone)) for zone in TIME_ZONES)
    )

    def validate_time_zone(self, field: SelectField) -> None:
        if field.data not in available_timezones():
            raise ValidationError(_("Choose one of the offered time zones."))


class ApiKeyForm(Form):
    name = StringField(_("What the key is for"), validators=[DataRequired(), Length(max=80)])
    scopes = Ticks(
        _("What it may do"),
        choices=lambda: offered(SCOPE_LABELS),
        validators=[InputRequired()],
    )
