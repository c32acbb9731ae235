"""What an influencer's profile looks like to programs."""

from marshmallow import fields

from marketplace.influencers.domain import Platform
from marketplace.web.schema import (
    AnswerSchema,
    day_out,
    moment_out,
    number_out,
    text_out,
    word_out,
    words_out,
)


class ProfileFigureSchema(AnswerSchema):
    """One figure with its source, age and sample; `value` is null while there are too few posts."""

    name = text_out()
    value = fields.Float(allow_none=True)
    source = text_out()
    as_of = day_out(is_optional=True)
    sample_size = number_out(is_optional=True)


class ChannelSchema(AnswerSchema):
    """An account on a platform; an unproven one does not pass the follower gate for bookings."""

    id = text_out()
    platform = word_out(Platform)
    handle = text_out()
    url = text_out()
    is_proven = fields.Boolean()
    figures = fields.List(fields.Nested(ProfileFigureSchema))


class ShareSchema(AnswerSchema):
    """A part of an audience."""

    key = text_out()
    share = fields.Float(metadata={"description": "0 to 1."})


class SplitSchema(AnswerSchema):
    """One kind of audience split of one channel."""

    kind = text_out()
    platform = text_out()
    source = text_out()
    as_of = day_out()
    shares = fields.List(fields.Nested(ShareSchema))


class PostSchema(AnswerSchema):
    """A post; counts that are not known are null, never 0."""

    url = text_out()
    kind = text_out()
    text = text_out()
    published_at = moment_out()
    views = number_out(is_optional=True)
    likes = number_out(is_optional=True)
    comments = number_out(is_optional=True)
    shares = number_out(is_optional=True)
    saves = number_out(is_optional=True)
    is_sponsored = fields.Boolean()


class GateSchema(AnswerSchema):
    """The largest known channel against the gate that makes a micro-influencer."""

    followers = number_out(is_optional=True)
    source = text_out(is_optional=True)
    as_of = day_out(is_optional=True)
    is_micro = fields.Boolean()
    has_proven_channel = fields.Boolean()


class ProfileSchema(AnswerSchema):
    """A public profile."""

    id = text_out()
    handle = text_out()
    name = text_out()
    name_ar = text_out()
    bio = text_out()
    languages = words_out()
    country = text_out(is_optional=True)
    city = text_out()
    claimed_topics = words_out()
    refused_categories = words_out()
    channels = fields.List(fields.Nested(ChannelSchema))
    audience = fields.List(fields.Nested(SplitSchema))
    posts = fields.List(fields.Nested(PostSchema))
    follower_gate = fields.Nested(GateSchema)
