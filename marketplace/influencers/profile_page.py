"""What the pages of a profile put together: its strength with the one thing to do, and works to be shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from marketplace.influencers.measures import POSTS_LEAST
from marketplace.influencers.models import Post
from marketplace.influencers.queries import ProfileView
from marketplace.influencers.strength import (
    FRESH,
    WEIGHTS,
    ProfileFacts,
    Step,
    Strength,
    measure_strength,
)
from marketplace.listings.domain import ListingStatus
from marketplace.listings.queries import list_own_listings
from marketplace.web.formats import lazily, span
from marketplace.web.language import lazy_gettext as _
from marketplace.web.language import lazy_ngettext

WORKS_SHOWN = 9

#: step -> (what to do, why it helps, page)
SENTENCES: dict[Step, tuple[object, object, str]] = {
    Step.CHANNEL: (
        _("Add your first channel"),
        _("Without one nobody can tell where you post."),
        "influencers.own_channels",
    ),
    Step.CONSENT: (
        _("Let brands find you"),
        _("Nobody sees the profile until you agree to be listed."),
        "influencers.own_profile",
    ),
    Step.PROOF: (
        _("Prove a channel"),
        _("Only proven channels pass the follower gate for bookings."),
        "influencers.own_channels",
    ),
    Step.FOLLOWERS: (
        _("Say how many followers you have"),
        _("Briefs ask for a range; an unknown number passes none."),
        "influencers.own_channels",
    ),
    Step.LISTING: (
        _("Offer a first listing"),
        _("Brands can order from you at once, and briefs with listed prices find you."),
        "listings.new_listing",
    ),
    Step.POSTS: (
        _("Add your posts"),
        lazy_ngettext(
            "Rates are told from %(num)d post on, and matching reads what they are about.",
            "Rates are told from %(num)d posts on, and matching reads what they are about.",
            POSTS_LEAST,
        ),
        "influencers.own_posts",
    ),
    Step.TOPICS: (_("Choose your topics"), _("Specialists are found by topic."), "influencers.own_profile"),
    Step.BIO: (
        _("Write what your posts are about"),
        _("Two sentences are enough; matching reads them."),
        "influencers.own_profile",
    ),
    Step.AUDIENCE: (
        _("Add where your audience lives"),
        _("Many briefs ask for an audience in a country."),
        "influencers.own_channels",
    ),
    Step.PLACE: (
        _("Add your country and city"),
        _("Some briefs look for people in one place."),
        "influencers.own_profile",
    ),
    Step.FRESH: (
        _("Renew your followers figure"),
        _("It is older than %(time)s, and brands see its age.", time=lazily(span, FRESH)),
        "influencers.own_channels",
    ),
}

BEGUN_LISTING = (
    _("Finish your listing"),
    _("Brands can order it once it was handed in and approved."),
    "listings.own_listings",
)
#: states of a listing that its influencer has still to hand in
BEGUN = frozenset({ListingStatus.DRAFT, ListingStatus.CHANGES_REQUESTED})
AWAITED: Mapping[Step, object] = {
    Step.PROOF: _("An operator looks for the code in your channel's bio; you are told the answer."),
    Step.LISTING: _("An operator reads your listing; you are told the answer."),
}


@dataclass(frozen=True, slots=True)
class StepView:
    """A step as the page shows it."""

    code: str
    label: object
    why: object
    endpoint: str
    weight: int


@dataclass(frozen=True, slots=True)
class StrengthView:
    """The score, the one thing to do, whether brands need it, the others, and what an operator looks at, in sentences."""

    score: int
    next_step: StepView | None
    needed_step: StepView | None
    later: tuple[StepView, ...]
    awaited: tuple[object, ...]


def own_strength(session: Session, view: ProfileView, *, today: date) -> StrengthView:
    """Return the strength of a profile, in one statement beside the view."""
    influencer = view.influencer
    listings = list_own_listings(session, influencer_id=influencer.id)
    counted = [channel.followers.as_of for channel in view.channels if channel.followers is not None]
    facts = ProfileFacts(
        has_channel=bool(view.channels),
        has_proven_channel=view.gate.has_proven_channel,
        is_listed=influencer.consented_at is not None,
        followers_as_of=max((day for day in counted if day is not None), default=None),
        posts_count=view.posts_count,
        topics_count=len(influencer.claimed_topics),
        bio_length=len(influencer.bio),
        has_audience=bool(view.splits),
        has_place=bool(influencer.country and influencer.city),
        listings_on_sale=sum(row.is_on_sale for row in listings),
        is_proof_awaited=any(channel.channel.proof_requested_at is not None for channel in view.channels),
        is_listing_awaited=any(row.listing.status == ListingStatus.SUBMITTED for row in listings),
    )
    return strength_view(
        measure_strength(facts, today=today),
        has_begun_listing=any(row.listing.status in BEGUN for row in listings),
    )


def strength_view(strength: Strength, *, has_begun_listing: bool) -> StrengthView:
    """Return a strength in the words of its steps; who has begun a listing, or got it back, is led to that one."""
    sentences = SENTENCES | ({Step.LISTING: BEGUN_LISTING} if has_begun_listing else {})
    shown: dict[Step | None, StepView] = {}
    for step in strength.missing:
        label, why, endpoint = sentences[step]
        shown[step] = StepView(step.value, label, why, endpoint, WEIGHTS[step])
    return StrengthView(
        score=strength.score,
        next_step=shown.get(strength.next_step),
        needed_step=shown.get(strength.needed_step),
        later=tuple(view for step, view in shown.items() if step != strength.next_step),
        awaited=tuple(AWAITED[step] for step in strength.awaited),
    )


def shown_works(view: ProfileView) -> tuple[Post, ...]:
    """Return the newest posts with a text, which show what somebody makes."""
    return tuple(post for post in view.posts if post.text)[:WORKS_SHOWN]
