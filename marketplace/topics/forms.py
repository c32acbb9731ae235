"""The forms of a new topic and of retiring one."""

from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from marketplace.topics.domain import TopicDraft
from marketplace.web.forms import Form
from marketplace.web.language import lazy_gettext as _
from marketplace.web.topic_names import topic_choices


class TopicForm(Form):
    label_en = StringField(_("Name in English"), validators=[InputRequired()])
    label_ar = StringField(_("Name in Arabic"), validators=[InputRequired()])
    name_en = StringField(_("Description in English"), validators=[InputRequired()])
    name_ar = StringField(_("Description in Arabic"), validators=[InputRequired()])
    words_en = StringField(_("Other words for it in English"))
    words_ar = StringField(_("Other words for it in Arabic"))
    parent = SelectField(
        _("Broader topic"),
        validate_choice=False,
        choices=lambda: [("", _("none: it stands alone")), *topic_choices()],
    )
    is_near_wanted = BooleanField(_("Add it all the same: both topics are needed"))

    def draft(self) -> TopicDraft:
        """Return what was written."""
        return TopicDraft(
            label_en=self.label_en.data or "",
            label_ar=self.label_ar.data or "",
            name_en=self.name_en.data or "",
            name_ar=self.name_ar.data or "",
            words_en=self.words_en.data or "",
            words_ar=self.words_ar.data or "",
            parent=self.parent.data or None,
        )


class RetireForm(Form):
    reason = TextAreaField(_("Why it is retired"), validators=[InputRequired()])
