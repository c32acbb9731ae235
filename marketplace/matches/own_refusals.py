"""Why an influencer is not in the list of a brief, said to the influencer."""

from collections.abc import Mapping

from marketplace.web.language import lazy_gettext as _

OWN_REFUSALS: Mapping[str, object] = {
    "not_listed": _("your profile is not listed on the market"),
    "excluded": _("the brand left you out of its list; you can apply all the same"),
    "refused_category": _("you do not advertise this category"),
    "platform": _("you are not on the platforms that are asked for"),
    "channel_unproven": _("your channel is not proven yet"),
    "followers_below": _("you have fewer followers than are asked for"),
    "followers_above": _("you have more followers than are asked for"),
    "country": _("somebody who lives in another country is looked for"),
    "city": _("somebody who lives in another city is looked for"),
    "creator_language": _("somebody who speaks another language is looked for"),
    "audience_country": _("an audience in other countries is looked for"),
    "audience_language": _("an audience that speaks another language is looked for"),
    "no_such_deliverable": _("none of your listings holds the work that is asked for"),
    "other_currency": _("your listings are priced in another currency"),
    "too_expensive": _("your listed price is above what the brand looks for"),
    "no_free_slot": _("you have no free slot in those days"),
}


def own_refusal_label(code: str) -> str:
    """Return the reason in the reader's language."""
    return str(OWN_REFUSALS.get(code, code.replace("_", " ")))
