"""Forms of the three ways to a deal: applying, inviting, ordering, and the answers."""

from wtforms import BooleanField, HiddenField, RadioField, SelectChoice, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from marketplace.deals.domain import BRAND_REFUSALS, INFLUENCER_REFUSALS, RefusalCode
from marketplace.deals.records import NOTE_MAX, TEXT_MAX
from marketplace.deals.refusal_words import reason_label
from marketplace.web.forms import Form
from marketplace.web.language import lazy_gettext as _
from marketplace.web.number_field import WholeNumberField

MONTHS_MAX, DAYS_MAX = 24, 365
PITCH_MIN = 20


def _reasons(codes: tuple[RefusalCode, ...]) -> list[SelectChoice]:
    return [SelectChoice(code.value, str(reason_label(code))) for code in codes]


class OfferForm(Form):
    """Consent to a price: `seen` says which one was shown; the choices are the listings that fit."""

    seen = HiddenField()
    listing_version_id = RadioField(
        _("Which of your listings do you offer?"), choices=[], validate_choice=False, validators=[Optional()]
    )


class ApplyForm(OfferForm):
    pitch = TextAreaField(_("Why you?"), validators=[InputRequired(), Length(min=PITCH_MIN, max=TEXT_MAX)])


class InviteForm(Form):
    """A brand's invitation; the listing is asked for only where the brief pays listed prices."""

    run = HiddenField()
    listing_version_id = RadioField(
        _("Which of their listings?"), choices=[], validate_choice=False, validators=[Optional()]
    )
    message = TextAreaField(_("Message"), validators=[Optional(), Length(max=TEXT_MAX)])


class RefuseForm(Form):
    code = RadioField(_("Why?"), choices=lambda: _reasons(BRAND_REFUSALS), validators=[InputRequired()])
    note = TextAreaField(_("A word to the influencer"), validators=[Optional(), Length(max=NOTE_MAX)])


class DeclineForm(Form):
    code = RadioField(_("Why?"), choices=lambda: _reasons(INFLUENCER_REFUSALS), validators=[InputRequired()])
    note = TextAreaField(_("A word to the brand"), validators=[Optional(), Length(max=NOTE_MAX)])


class OrderForm(Form):
    """What a brand adds to a listing as it stands."""

    listing_version_id = HiddenField()
    is_rush = BooleanField(_("Rush"))
    amplification_months = WholeNumberField(
        _("Months of paid amplification"), default=0, least=0, most=MONTHS_MAX
    )
    exclusivity_days = WholeNumberField(
        _("Days of exclusivity in your category"), default=0, least=0, most=DAYS_MAX
    )
    message = TextAreaField(
        _("What should the influencer know?"), validators=[Optional(), Length(max=TEXT_MAX)]
    )
