"""Forms of the second person."""

from wtforms import HiddenField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from marketplace.approvals.operations import REASON_MAX
from marketplace.web.forms import Form
from marketplace.web.language import lazy_gettext as _


class ApproveForm(Form):
    """Says which act was read, so that nobody approves another one."""

    seen_hash = HiddenField(validators=[InputRequired()])


class RefuseForm(Form):
    note = TextAreaField(
        _("Why not? Your colleague reads it"), validators=[DataRequired(), Length(max=REASON_MAX)]
    )


class AskForm(Form):
    """Asking for an act that a second person must approve."""

    reason = TextAreaField(
        _("Why? The second person and the audit trail read it"),
        validators=[DataRequired(), Length(max=REASON_MAX)],
    )
