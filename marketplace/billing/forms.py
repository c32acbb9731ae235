"""Forms of operators' acts on money."""

from wtforms import SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from marketplace.approvals.forms import AskForm
from marketplace.approvals.operations import REASON_MAX
from marketplace.billing.account_groups import group_label
from marketplace.billing.hand_entries import ACCOUNTS
from marketplace.web.formats import currency_choice
from marketplace.web.forms import Form, offered
from marketplace.web.language import lazy_gettext as _
from payments.money import CURRENCIES

WHY = _("Why? The second person and the audit trail read it")


class HoldForm(Form):
    """Whose payouts are to be held."""

    handle = StringField(_("The influencer's handle"), validators=[DataRequired(), Length(max=60)])
    reason = TextAreaField(WHY, validators=[DataRequired(), Length(max=REASON_MAX)])


def _accounts() -> list[SelectChoice]:
    return offered([("", _("Choose one")), *((each, group_label(each)) for each in ACCOUNTS)])


class ReturnForm(AskForm):
    """How money that funds nothing was paid back."""

    refund_ref = StringField(
        _("Number of the refund, if it was made in the provider's dashboard"),
        description=_("It begins with re_. Leave this empty for a transfer from the bank."),
        validators=[Length(max=100)],
    )


class EntryForm(Form):
    """An entry by hand."""

    debit = SelectField(_("Debit"), choices=_accounts, validators=[InputRequired()])
    credit = SelectField(_("Credit"), choices=_accounts, validators=[InputRequired()])
    currency = SelectField(
        _("Currency"),
        choices=lambda: offered((each, currency_choice(each)) for each in CURRENCIES),
        validators=[InputRequired()],
    )
    amount = StringField(_("Amount"), validators=[DataRequired(), Length(max=20)])
    line_ref = StringField(
        _("Line of the provider that it explains, if there is one"),
        description=_("Its number stands beside what does not fit in the comparison; it begins with txn_."),
        validators=[Length(max=60)],
    )
    reason = TextAreaField(WHY, validators=[DataRequired(), Length(max=REASON_MAX)])
