"""Words of announcements: the traits of an event that decide which sentence tells it."""

from enum import StrEnum


class Trait(StrEnum):
    """What is special about a booking or about one event of it."""

    ORDER = "order"
    #: the work is to be published once it is approved
    PUBLISHED_WORK = "published_work"
    #: a part of the money goes to the influencer and a part back to the brand
    SPLIT = "split"
    CHARGEBACK = "chargeback"
    #: the brand took the money of overdue work back
    TAKEN_BACK = "taken_back"
    #: the influencer may contest the cancellation for some days
    CONTESTABLE = "contestable"
    #: an owed release waits for something other than the missing payout account
    ACCOUNT_INCOMPLETE = "account_incomplete"
    TRANSFER_REFUSED = "transfer_refused"
    #: a share is taken back for the brand, not for the platform
    FOR_BRAND = "for_brand"
    #: one side said that a ruling is good, and the other has not yet
    BRAND_ACCEPTED = "brand_accepted"
    INFLUENCER_ACCEPTED = "influencer_accepted"
