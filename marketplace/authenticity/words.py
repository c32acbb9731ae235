"""What the signs of authenticity are called and what is said of them: neutral words, never a verdict."""

from marketplace.web.formats import number, percent
from marketplace.web.language import gettext, lazy_gettext, lazy_ngettext, ngettext
from matching.authenticity import DAYS_LEAST, POSTS_LEAST, Sign, SignState
from matching.pods import POSTS_LEAST as POD_POSTS

_ = lazy_gettext
SIGN_LABELS = {
    "growth": _("Gain of followers in a day"),
    "pod": _("Early comments by the same circle, answered in kind"),
    "engagement_low": _("Engagement, whether it is low for the size"),
    "engagement_high": _("Engagement, whether it is high for the size"),
    "comments": _("Comments for each like"),
    "following": _("Accounts followed for each follower"),
}
_LIKED_POSTS = lazy_ngettext(
    "%(num)d post with likes, and the number of followers",
    "%(num)d posts with likes, and the number of followers",
    POSTS_LEAST,
)
SIGN_NEEDS = {
    "growth": _(
        "%(time)s of follower figures", time=lazy_ngettext("%(num)d day", "%(num)d days", DAYS_LEAST)
    ),
    "pod": lazy_ngettext(
        "samples of comments on %(num)d post", "samples of comments on %(num)d posts", POD_POSTS
    ),
    "engagement_low": _LIKED_POSTS,
    "engagement_high": _LIKED_POSTS,
    "comments": lazy_ngettext(
        "%(num)d post with likes and comments", "%(num)d posts with likes and comments", POSTS_LEAST
    ),
    "following": _("how many accounts the channel follows"),
}
STATE_LABELS = {
    SignState.USUAL: _("usual"),
    SignState.UNUSUAL: _("unusual"),
    SignState.EXPLAINED: _("explained"),
    SignState.NOT_CHECKED: _("not checked"),
}
STATE_TONES = {SignState.UNUSUAL: "saffron", SignState.EXPLAINED: "sky"}


def sign_label(name: str) -> str:
    return str(SIGN_LABELS.get(name, name))


def sign_state(state: str) -> str:
    return str(STATE_LABELS[SignState(state)])


def sign_tone(state: str) -> str:
    return STATE_TONES.get(SignState(state), "quiet")


def sign_note(sign: Sign) -> str:
    """Say where the value lies among how many peers, or what would be needed to check it."""
    if sign.state is SignState.NOT_CHECKED and sign.value is not None:
        return ngettext(
            "only %(num)d peer is known; that is too few to compare",
            "only %(num)d peers are known; that is too few to compare",
            sign.peers,
        )
    if sign.state is SignState.NOT_CHECKED:
        return gettext("needs %(what)s", what=str(SIGN_NEEDS[sign.name]))
    return gettext(
        "higher than %(share)s of %(num)s peers",
        share=percent(sign.percentile or 0.0),
        num=number(sign.peers),
    )
