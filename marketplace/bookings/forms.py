"""Forms of a booking's room: handing in, judging, publishing, ending, disagreeing."""

from datetime import UTC, datetime

from flask_babel import to_utc
from wtforms import (
    DateTimeLocalField,
    FileField,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectChoice,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from marketplace.bookings.contests import STATEMENT_MAX
from marketplace.bookings.messages import MESSAGE_MAX
from marketplace.bookings.publication import DISCLOSURE_MAX
from marketplace.bookings.submissions import LINK_MAX, TEXT_MAX
from marketplace.deals.domain import INFLUENCER_REFUSALS
from marketplace.deals.records import NOTE_MAX
from marketplace.deals.records import TEXT_MAX as CHANGES_MAX
from marketplace.deals.refusal_words import reason_label
from marketplace.web.forms import Form, Ticks, offered
from marketplace.web.language import lazy_gettext as _
from marketplace.web.number_field import WholeNumberField

LINKS_LENGTH_MAX = 10_500


def lines_of(text: str | None) -> list[str]:
    """Return the lines of a text that hold something."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def moment_of(typed: datetime) -> datetime:
    """Return what was typed in the reader's time zone as an aware time."""
    moment: datetime = to_utc(typed).replace(tzinfo=UTC)
    return moment


class SubmissionForm(Form):
    """One version of the work."""

    text = TextAreaField(_("Text"), validators=[Optional(), Length(max=TEXT_MAX)])
    links = TextAreaField(_("Links, one a line"), validators=[Optional(), Length(max=LINKS_LENGTH_MAX)])
    files = MultipleFileField(_("Pictures and PDF files"))


class ApprovalForm(Form):
    """Says which version was looked at, so that nobody approves one they have not seen."""

    submission_number = HiddenField(validators=[InputRequired()])


class ChangesForm(Form):
    """One round of changes; choices are the agreed criteria."""

    submission_number = HiddenField(validators=[InputRequired()])
    criterion_id = RadioField(_("Which criterion is not met?"), validators=[InputRequired()])
    note = TextAreaField(_("What must change?"), validators=[InputRequired(), Length(max=CHANGES_MAX)])


class PublicationForm(Form):
    """The live post."""

    url = StringField(_("Address of the post"), validators=[InputRequired(), Length(max=LINK_MAX)])
    disclosure = StringField(
        _("The words by which the post says that it is an advertisement"),
        validators=[Optional(), Length(max=DISCLOSURE_MAX)],
    )
    posted_at = DateTimeLocalField(_("When did it go live?"), validators=[InputRequired()])
    proof = FileField(_("Screenshot of the live post"))

    def ask_for_disclosure(self) -> None:
        """Need the words too, so that what is empty is named all at once."""
        missing = _("Copy the words by which the post says that it is an advertisement.")
        self.disclosure.validators = [InputRequired(missing), Length(max=DISCLOSURE_MAX)]
        self.disclosure.flags.optional = False
        self.disclosure.flags.required = True


class RefusePublicationForm(Form):
    note = TextAreaField(
        _("What is wrong with the post?"), validators=[InputRequired(), Length(max=NOTE_MAX)]
    )


class DeclineForm(Form):
    """Why a paid order is declined."""

    code = RadioField(
        _("Why?"),
        choices=lambda: [SelectChoice(code.value, str(reason_label(code))) for code in INFLUENCER_REFUSALS],
        validators=[InputRequired()],
    )


class CancelForm(Form):
    """Why it is cancelled; `seen_refund` is what the page said that the brand has back, in minor units."""

    seen_refund = HiddenField()
    reason = TextAreaField(_("Why? The other side reads it"), validators=[Optional(), Length(max=NOTE_MAX)])


class ContestForm(Form):
    """What is disputed; choices are the agreed criteria."""

    criteria = Ticks(
        _("Which criteria is it about?"),
        validators=[InputRequired()],
    )
    statement = TextAreaField(
        _("What happened, and what do you ask for?"),
        validators=[InputRequired(), Length(max=STATEMENT_MAX)],
    )


class ReportPostForm(Form):
    """What a brand saw of a post that is gone."""

    statement = TextAreaField(
        _("What did you see, and when?"), validators=[InputRequired(), Length(max=STATEMENT_MAX)]
    )
    links = TextAreaField(_("Links, one a line"), validators=[Optional(), Length(max=LINKS_LENGTH_MAX)])
    files = MultipleFileField(_("Pictures and PDF files"))


class PostFindingForm(Form):
    """What an operator who looked at a post found, in both languages."""

    reason_en = TextAreaField(_("Reason in English"), validators=[InputRequired(), Length(max=STATEMENT_MAX)])
    reason_ar = TextAreaField(_("Reason in Arabic"), validators=[InputRequired(), Length(max=STATEMENT_MAX)])


class DivideForm(Form):
    """Two operators' division of held money: the influencer's share, and why, in both languages."""

    share = WholeNumberField(
        _("The influencer's share in percent"), validators=[InputRequired()], least=0, most=100
    )
    reason_en = TextAreaField(_("Reason in English"), validators=[InputRequired(), Length(max=STATEMENT_MAX)])
    reason_ar = TextAreaField(_("Reason in Arabic"), validators=[InputRequired(), Length(max=STATEMENT_MAX)])


class ClawBackForm(Form):
    """What is taken back of an arrived share, for whom, and why."""

    amount = StringField(_("Amount"), validators=[InputRequired(), Length(max=20)])
    beneficiary = RadioField(
        _("Who gets it?"),
        choices=lambda: offered(
            (("brand", _("The brand")), ("platform", _("The platform, which lost a chargeback")))
        ),
        validators=[InputRequired()],
    )
    reason_en = TextAreaField(_("Reason in English"), validators=[InputRequired(), Length(max=STATEMENT_MAX)])
    reason_ar = TextAreaField(_("Reason in Arabic"), validators=[InputRequired(), Length(max=STATEMENT_MAX)])


class FreezeForm(Form):
    reason = TextAreaField(
        _("Reason, which both sides read"), validators=[InputRequired(), Length(max=NOTE_MAX)]
    )


class MessageForm(Form):
    text = TextAreaField(_("Message"), validators=[InputRequired(), Length(max=MESSAGE_MAX)])
