"""The kind sentence behind every refusal code. Arabic stands in the catalogue."""

from collections.abc import Mapping

from marketplace.deals.domain import EligibilityCode, RefusalCode
from marketplace.web.language import lazy_gettext as _

REFUSAL_SENTENCES: Mapping[str, object] = {
    RefusalCode.OTHER_CHOSEN: _("The brand chose other influencers this time. Your offer was read."),
    RefusalCode.TOPIC: _("The brand was looking for work on another subject."),
    RefusalCode.AUDIENCE: _("The brand needs an audience in other places or languages."),
    RefusalCode.BUDGET: _("The price did not fit what the brand can spend on this brief."),
    RefusalCode.DATES: _("The dates did not fit."),
    RefusalCode.QUALITY: _("The brand was looking for another style of work."),
    RefusalCode.BRIEF_CLOSED: _(
        "The brief was closed before the brand chose. It says nothing about your work."
    ),
    RefusalCode.BRIEF_FULL: _("All places in this brief are taken. Thank you for applying."),
    RefusalCode.NOT_MY_TOPIC: _("The subject is not one that this influencer works on."),
    RefusalCode.NO_TIME: _("The influencer has no time in these weeks."),
    RefusalCode.PRICE: _("The price was too low for the work asked."),
    RefusalCode.REFUSED_CATEGORY: _("The influencer does not advertise this kind of product."),
    RefusalCode.WITHDRAWN_BY_BRAND: _("The brand took the invitation back."),
}

ELIGIBILITY_SENTENCES: Mapping[str, object] = {
    EligibilityCode.BRAND_NOT_APPROVED: _(
        "The brand is not approved at present. Until it is, nobody can apply to its briefs or be invited."
    ),
    EligibilityCode.BRIEF_NOT_OPEN: _("This brief does not take applications now."),
    EligibilityCode.BRIEF_FULL: _("All places in this brief are taken."),
    EligibilityCode.BRIEF_OVER: _("The last day of this brief has passed."),
    EligibilityCode.ACCOUNT_SUSPENDED: _("This account is suspended and cannot start anything new."),
    EligibilityCode.NOT_LISTED: _("The profile is not listed. Publish it first."),
    EligibilityCode.REFUSED_CATEGORY: _("The profile says that it does not advertise this kind of product."),
    EligibilityCode.PLATFORM: _(
        "There is no channel on a platform that is asked for. Add one to the profile."
    ),
    EligibilityCode.CHANNEL_UNPROVEN: _(
        "No channel on these platforms is proven yet. Put the code into the channel's bio and ask for a review."
    ),
    EligibilityCode.FOLLOWERS_UNKNOWN: _("The proven channel has no follower figure yet."),
    EligibilityCode.FOLLOWERS_ABOVE: _("A channel has more followers than are asked for here."),
    EligibilityCode.FOLLOWERS_BELOW: _("The proven channels have fewer followers than are asked for here."),
    EligibilityCode.COUNTRY: _("The brand is looking for influencers in other countries."),
    EligibilityCode.NO_FREE_SLOT: _("There is no free place in the influencer's calendar for these dates."),
    EligibilityCode.TOO_EXPENSIVE: _("The listed price is above the budget of this brief."),
}


def refusal_sentence(code: str) -> object:
    """Return the sentence of a refusal, translated when it is shown."""
    return REFUSAL_SENTENCES[code]


def eligibility_sentence(code: str) -> object:
    """Return the sentence of a failed condition, translated when it is shown."""
    return ELIGIBILITY_SENTENCES[code]


#: What the influencers themselves read where the other sentences speak of them.
OWN_SENTENCES: Mapping[str, object] = {
    EligibilityCode.ACCOUNT_SUSPENDED: _("Your account is suspended and cannot start anything new."),
    EligibilityCode.NOT_LISTED: _("Your profile is not listed. Publish it first."),
    EligibilityCode.REFUSED_CATEGORY: _("Your profile says that you do not advertise this kind of product."),
    EligibilityCode.PLATFORM: _(
        "You have no channel on a platform that is asked for. Add one to your profile."
    ),
    EligibilityCode.NO_FREE_SLOT: _("Your calendar has no free place for these dates."),
    EligibilityCode.TOO_EXPENSIVE: _("Your listed price is above the budget of this brief."),
}


def own_eligibility_sentence(code: str) -> object:
    """Return the sentence of a failed condition as the influencer concerned reads it."""
    return OWN_SENTENCES.get(code, ELIGIBILITY_SENTENCES[code])
