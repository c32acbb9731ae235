"""Forms of operators and of authors who appeal."""

from typing import Any

from wtforms import BooleanField, Field, HiddenField, RadioField, SelectChoice, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from marketplace.accounts.suspension import REASON_MAX
from marketplace.moderation.domain import TEXT_MAX, DecisionAction
from marketplace.moderation.policies_data import moderation_policies
from marketplace.web.forms import Form, offered
from marketplace.web.language import current_language
from marketplace.web.language import lazy_gettext as _

ACTION_LABELS = {
    DecisionAction.APPROVE: _("Approve"),
    DecisionAction.REQUEST_CHANGES: _("Ask for changes"),
    DecisionAction.REJECT: _("Reject"),
    DecisionAction.HIDE: _("Hide"),
    DecisionAction.SPLIT: _("Split"),
    DecisionAction.SUSPEND: _("Suspend"),
    DecisionAction.RESTORE: _("Restore"),
}
OUTCOME_LABELS = (("upheld", _("The decision stands")), ("overturned", _("The decision is overturned")))


def _policy_choices() -> list[SelectChoice]:
    """Return the policies after an empty line: none is chosen by being the first."""
    is_arabic = current_language() == "ar"
    policies = [
        (policy.code, policy.ar if is_arabic else policy.en) for policy in moderation_policies().values()
    ]
    return offered([("", _("Choose one")), *policies])


def _ready_reason() -> BooleanField:
    return BooleanField(
        _("Give the ready sentence of the policy as the reason, in both languages"),
        description=_("Leave both reasons empty then: each reader gets the sentence in their own language."),
    )


class NeededUnlessReady(DataRequired):
    """Asks for a reason, but where the policy's ready sentence is to be it; the decision refuses half of a reason."""

    def __call__(self, form: Any, field: Field) -> None:
        if not form.uses_ready_reason.data:
            super().__call__(form, field)


class DecisionForm(Form):
    """A decision with policy and reason in both languages; notes per field come as note-<field>-<language>."""

    revision = HiddenField(validators=[InputRequired()])
    action = RadioField(
        _("Decision"), choices=lambda: offered(ACTION_LABELS.items()), validators=[InputRequired()]
    )
    policy_code = SelectField(_("Policy"), choices=_policy_choices, validators=[InputRequired()])
    uses_ready_reason = _ready_reason()
    reason_en = TextAreaField(_("Reason in English"), validators=[NeededUnlessReady(), Length(max=TEXT_MAX)])
    reason_ar = TextAreaField(_("Reason in Arabic"), validators=[NeededUnlessReady(), Length(max=TEXT_MAX)])


class AppealForm(Form):
    text = TextAreaField(_("Why is the decision wrong?"), validators=[DataRequired(), Length(max=TEXT_MAX)])


class AppealAnswerForm(Form):
    outcome = RadioField(
        _("Answer"),
        choices=lambda: offered(OUTCOME_LABELS),
        validators=[InputRequired()],
    )
    answer_en = TextAreaField(_("Answer in English"), validators=[DataRequired(), Length(max=TEXT_MAX)])
    answer_ar = TextAreaField(_("Answer in Arabic"), validators=[DataRequired(), Length(max=TEXT_MAX)])


class AccountDecisionForm(Form):
    """Suspends or restores an account, whichever its page offered."""

    action = HiddenField(validators=[InputRequired()])
    policy_code = SelectField(_("Policy"), choices=_policy_choices, validators=[InputRequired()])
    uses_ready_reason = _ready_reason()
    reason_en = TextAreaField(
        _("Reason in English"), validators=[NeededUnlessReady(), Length(max=REASON_MAX)]
    )
    reason_ar = TextAreaField(_("Reason in Arabic"), validators=[NeededUnlessReady(), Length(max=REASON_MAX)])
