"""What an influencer's own profile, channels, posts and calendar look like to programs: what comes in and what goes out."""

from typing import Any

from marshmallow import fields

from marketplace.categories import CATEGORIES
from marketplace.influencers.domain import FigureSource, InfluencerStatus, Platform, SplitKind
from marketplace.influencers.figures import COUNT_MAX, KIND_MAX, METRIC_NAMES, TEXT_MAX
from marketplace.influencers.operations import BUSY_PERIODS_MAX
from marketplace.influencers.profile import BIO_MAX, CITY_MAX, LANGUAGES_MAX, NAME_MAX, SLOTS_MAX, TOPICS_MAX
from marketplace.influencers.schemas import ChannelSchema, GateSchema, PostSchema, ShareSchema
from marketplace.web.schema import (
    AnswerSchema,
    day_out,
    moment_out,
    number_out,
    page_of,
    text_out,
    word_out,
    words_out,
)
from marketplace.web.schema_fields import (
    BodySchema,
    Choice,
    Day,
    Flag,
    Fraction,
    ListOf,
    Moment,
    OnlyRead,
    Part,
    Text,
    WholeNumber,
)

URL_MAX, ACCOUNT_MAX, TOPIC_MAX, SHARES_MAX = 300, 100, 40, 40
#: figures that somebody can count; the engagement rate is worked out from posts
DECLARED = tuple(name for name in METRIC_NAMES if name != "engagement_rate")


class ProfileContent:
    """What an influencer says of themselves: the same fields are sent and read."""

    name = Text(least=1, most=NAME_MAX)
    name_ar = Text(most=NAME_MAX, metadata={"description": "In Arabic script."})
    bio = Text(most=BIO_MAX)
    languages = ListOf(
        Text(least=2, most=2), most=LANGUAGES_MAX, metadata={"description": "Of the posts, ISO 639-1."}
    )
    country = Text(least=2, most=2, allow_none=True)
    city = Text(most=CITY_MAX)
    claimed_topics = ListOf(
        Text(most=TOPIC_MAX), most=TOPICS_MAX, metadata={"description": "As `GET /topics` lists them."}
    )
    refused_categories = ListOf(
        Choice(CATEGORIES), most=len(CATEGORIES), metadata={"description": "What is never advertised."}
    )
    open_slots = WholeNumber(least=0, most=SLOTS_MAX, metadata={"description": "Bookings at once."})


class ProfilePatchSchema(ProfileContent, BodySchema):
    """Changes of your profile: what is left out stays as it is."""

    id = OnlyRead()
    handle = OnlyRead()
    status = OnlyRead()
    consented_at = OnlyRead()
    taken_slots = OnlyRead()
    follower_gate = OnlyRead()
    created_at = OnlyRead()
    updated_at = OnlyRead()


class OwnProfileSchema(ProfileContent, AnswerSchema):
    """Your profile as you see and change it."""

    id = text_out()
    handle = text_out()
    status = word_out(InfluencerStatus, about="Brands find who is listed.")
    consented_at = moment_out(
        is_optional=True, about="Since when brands may find you by your own consent; null: they may not."
    )
    taken_slots = number_out(about="Bookings that run now.")
    follower_gate = fields.Nested(GateSchema)
    created_at = moment_out()
    updated_at = moment_out()


class BusyPeriodSchema(BodySchema):
    """Days on which you take nothing new."""

    starts_on = Day(required=True, metadata={"description": "First day."})
    ends_on = Day(required=True, metadata={"description": "Last day."})


class CalendarContent:
    """When nothing new is taken."""

    busy = ListOf(
        Part(BusyPeriodSchema),
        most=BUSY_PERIODS_MAX,
        required=True,
        metadata={"description": "Periods that are not over, the next one first."},
    )


class CalendarBodySchema(CalendarContent, BodySchema):
    """The whole calendar anew: what is left out of it is free again."""


class CalendarSchema(CalendarContent, AnswerSchema):
    """Your calendar."""


class OnlyReadOfChannel:
    """What nobody sets of a channel."""

    id = OnlyRead()
    is_proven = OnlyRead()
    proof_code = OnlyRead()
    proof_requested_at = OnlyRead()
    proven_at = OnlyRead()
    created_at = OnlyRead()
    figures = OnlyRead()
    audience = OnlyRead()


def _account(**options: Any) -> Text:
    about = {"description": "Account name, without @."}
    return Text(least=1, most=ACCOUNT_MAX, metadata=about, **options)


class ChannelBodySchema(OnlyReadOfChannel, BodySchema):
    """An account you say is yours."""

    platform = Choice(Platform, required=True)
    handle = _account(required=True)
    url = Text(least=1, most=URL_MAX, required=True)


class ChannelPatchSchema(OnlyReadOfChannel, BodySchema):
    """A correction of an account: what is left out stays as it is."""

    platform = OnlyRead()
    handle = _account()
    url = Text(least=1, most=URL_MAX)


class OwnSplitSchema(AnswerSchema):
    """One kind of split of a channel's audience."""

    kind = word_out(SplitKind)
    source = word_out(FigureSource)
    as_of = day_out()
    shares = fields.List(fields.Nested(ShareSchema))


class OwnChannelSchema(ChannelSchema):
    """One of your accounts. Put `proof_code` into its bio, then ask for proof."""

    proof_code = text_out()
    proof_requested_at = moment_out(is_optional=True, about="Since when a reviewer is asked to look.")
    proven_at = moment_out(is_optional=True)
    created_at = moment_out()
    audience = fields.List(fields.Nested(OwnSplitSchema))


OwnChannelPageSchema = page_of(OwnChannelSchema)


class FigureBodySchema(BodySchema):
    """A figure you declare. The same name and day again corrects it."""

    name = Choice(DECLARED, required=True)
    value = WholeNumber(least=0, most=COUNT_MAX, required=True)
    as_of = Day(required=True, metadata={"description": "The day it was counted on."})
    sample_size = WholeNumber(
        least=1,
        most=COUNT_MAX,
        allow_none=True,
        load_default=None,
        metadata={"description": "How many posts it was computed from, where it was."},
    )


class ShareBodySchema(BodySchema):
    """A part of an audience."""

    key = Text(
        least=1,
        most=20,
        required=True,
        metadata={"description": "A country, a language, an age band such as 25-34, or female, male, other."},
    )
    share = Fraction(required=True)


class AudienceBodySchema(BodySchema):
    """A split of a channel's audience that you declare; the same kind and day again takes its place."""

    kind = Choice(SplitKind, required=True)
    as_of = Day(required=True, metadata={"description": "The day it was seen on."})
    shares = ListOf(Part(ShareBodySchema), least=1, most=SHARES_MAX, required=True)


def _count() -> WholeNumber:
    return WholeNumber(least=0, most=COUNT_MAX, allow_none=True, load_default=None)


class PostBodySchema(BodySchema):
    """A post of yours. Counts that you do not know are null or left out, never 0; hashtags are read from the text."""

    url = Text(least=1, most=URL_MAX, required=True)
    published_at = Moment(required=True)
    kind = Text(least=1, most=KIND_MAX, load_default="post")
    text = Text(most=TEXT_MAX, load_default="")
    views = _count()
    likes = _count()
    comments = _count()
    shares = _count()
    saves = _count()
    is_sponsored = Flag(load_default=False, metadata={"description": "Whether it was paid for."})
    id = OnlyRead()
    channel_id = OnlyRead()
    hashtags = OnlyRead()
    source = OnlyRead()


class OwnPostSchema(PostSchema):
    """One of your posts."""

    id = text_out()
    channel_id = text_out()
    hashtags = words_out()
    source = word_out(FigureSource)


OwnPostPageSchema = page_of(OwnPostSchema)
