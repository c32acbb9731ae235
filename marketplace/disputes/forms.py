"""Forms of a dispute: evidence, the ruling criterion by criterion, the appeal."""

from collections.abc import Sequence

from wtforms import MultipleFileField, RadioField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from marketplace.bookings.contests import STATEMENT_MAX
from marketplace.bookings.domain import Verdict
from marketplace.bookings.forms import LINKS_LENGTH_MAX
from marketplace.bookings.rulings import RulingInput
from marketplace.web.forms import Form, offered
from marketplace.web.language import lazy_gettext as _

VERDICTS = ((Verdict.MET, _("met")), (Verdict.NOT_MET, _("not met")))


class EvidenceForm(Form):
    text = TextAreaField(_("What speaks for you?"), validators=[Optional(), Length(max=STATEMENT_MAX)])
    links = TextAreaField(_("Links, one a line"), validators=[Optional(), Length(max=LINKS_LENGTH_MAX)])
    files = MultipleFileField(_("Pictures and PDF files"))


class ShowPostForm(Form):
    """What shows that a post is up; one of the three is enough."""

    text = TextAreaField(
        _("Where and since when is it up?"), validators=[Optional(), Length(max=STATEMENT_MAX)]
    )
    links = TextAreaField(_("Links, one a line"), validators=[Optional(), Length(max=LINKS_LENGTH_MAX)])
    files = MultipleFileField(_("Pictures and PDF files"))


class DenyPostForm(Form):
    text = TextAreaField(
        _("What do you see when you look?"), validators=[DataRequired(), Length(max=STATEMENT_MAX)]
    )


class AppealForm(Form):
    text = TextAreaField(
        _("What is wrong with the decision?"), validators=[DataRequired(), Length(max=STATEMENT_MAX)]
    )


class RulingForm(Form):
    """The reasons of a ruling; `ruling_form` adds three fields for each disputed criterion."""

    reason_en = TextAreaField(_("Reason in English"), validators=[DataRequired(), Length(max=STATEMENT_MAX)])
    reason_ar = TextAreaField(_("Reason in Arabic"), validators=[DataRequired(), Length(max=STATEMENT_MAX)])


def ruling_form(criterion_ids: Sequence[str], *, is_empty: bool = False) -> RulingForm:
    """Return a form with a verdict and, in both languages, a reason for each of these criteria."""
    fields: dict[str, object] = {}
    for key in criterion_ids:
        fields[f"verdict_{key}"] = RadioField(
            _("Verdict"), choices=lambda: offered(VERDICTS), validators=[InputRequired()]
        )
        for language, label in (("en", _("Why, in English")), ("ar", _("Why, in Arabic"))):
            fields[f"{language}_{key}"] = TextAreaField(
                label, validators=[Optional(), Length(max=STATEMENT_MAX)]
            )
    form_class = type("CriteriaRulingForm", (RulingForm,), fields)
    form: RulingForm = form_class(formdata=None) if is_empty else form_class()
    return form


def ruling_input(form: RulingForm, criterion_ids: Sequence[str]) -> RulingInput:
    """Return what was filled in, as operations take it."""
    return RulingInput(
        verdicts={
            key: {
                "verdict": form[f"verdict_{key}"].data or "",
                "en": form[f"en_{key}"].data or "",
                "ar": form[f"ar_{key}"].data or "",
            }
            for key in criterion_ids
        },
        reason_en=form.reason_en.data or "",
        reason_ar=form.reason_ar.data or "",
    )
