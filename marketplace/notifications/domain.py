"""Words of notifications: the mails that a person may switch off, each kind of news by itself."""

from enum import StrEnum


class MailTopic(StrEnum):
    """News that can be done without. What concerns a deal, money or the account is always mailed."""

    FITS = "fits"
    SEARCHES = "searches"


TOPICS = {
    "match.fits": MailTopic.FITS,
    "match.found": MailTopic.FITS,
    "search.news": MailTopic.SEARCHES,
}
"""Kind of a notice -> the topic under which its mail is switched off; the notice inside the product stays."""
#: kind of user -> what they may ever be mailed of these
OFFERED = {
    "brand": (MailTopic.FITS, MailTopic.SEARCHES),
    "influencer": (MailTopic.FITS,),
}
