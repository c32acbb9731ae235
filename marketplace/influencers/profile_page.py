"""What the pages of a profile put together: its strength with the one thing to do, and works to be shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from marketplace.influencers.domain import InfluencerStatus
from marketplace.influencers.models import Post
from marketplace.influencers.queries import ProfileView
from marketplace.influencers.strength import FRESH, WEIGHTS, ProfileFacts, Step, measure_strength
from marketplace.listings.queries import list_own_listings
from marketplace.web.formats import lazily, span
from marketplace.web.language import lazy_gettext as _

WORKS_SHOWN = 9

#: step -> (what to do, why it helps, page)
SENTENCES: Mapping[Step, tuple[object, object, str]] = {
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
        _("Add ten posts"),
        _("Rates are told from ten posts on, and matching reads what they are about."),
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
    """The score, the one thing to do, and the others."""

    score: int
    missing: tuple[StepView, ...]

    @property
    def next_step(self) -> StepView | None:
        return self.missing[0] if self.missing else None


def own_strength(session: Session, view: ProfileView, *, today: date) -> StrengthView:
    """Return the strength of a profile, in one statement beside the view."""
    influencer = view.influencer
    listings = list_own_listings(session, influencer_id=influencer.id)
    counted = [channel.followers.as_of for channel in view.channels if channel.followers is not None]
    facts = ProfileFacts(
        has_channel=bool(view.channels),
        has_proven_channel=view.gate.has_proven_channel,
        is_listed=influencer.status == InfluencerStatus.LISTED,
        followers_as_of=max((day for day in counted if day is not None), default=None),
        posts_count=view.posts_count,
        topics_count=len(influencer.claimed_topics),
        bio_length=len(influencer.bio),
        has_audience=bool(view.splits),
        has_place=bool(influencer.country and influencer.city),
        listings_on_sale=sum(row.is_on_sale for row in listings),
    )
    strength = measure_strength(facts, today=today)
    return StrengthView(strength.score, tuple(_step_view(step) for step in strength.missing))


def _step_view(step: Step) -> StepView:
    label, why, endpoint = SENTENCES[step]
    return StepView(step.value, label, why, endpoint, WEIGHTS[step])


def shown_works(view: ProfileView) -> tuple[Post, ...]:
    """Return the newest posts with a text, which show what somebody makes."""
    return tuple(post for post in view.posts if post.text)[:WORKS_SHOWN]
