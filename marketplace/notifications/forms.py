"""Which mails somebody wants."""

from wtforms import BooleanField

from marketplace.notifications.domain import MailTopic
from marketplace.web.forms import Form
from marketplace.web.language import lazy_gettext as _

TOPIC_LABELS: dict[str, object] = {
    MailTopic.FITS: _("When somebody newly fits an open brief, or an open brief newly fits me"),
    MailTopic.SEARCHES: _("When my saved searches find somebody new"),
}


class MailForm(Form):
    """One switch a topic; those that do not concern the person are left out by the page."""

    fits = BooleanField(TOPIC_LABELS[MailTopic.FITS])
    searches = BooleanField(TOPIC_LABELS[MailTopic.SEARCHES])
