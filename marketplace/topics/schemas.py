"""What topics look like to programs."""

from marshmallow import fields
from marshmallow.validate import Length

from marketplace.topics.domain import ID_MAX, LIMITS, REASON_MAX
from marketplace.web.schema import AnswerSchema, moment_out, number_out, page_of, text_out
from marketplace.web.schema_fields import BodySchema

DIGEST_LENGTH = 64


def _share(about: str) -> fields.Float:
    return fields.Float(metadata={"description": about})


class TopicSchema(AnswerSchema):
    """A topic that briefs and posts are read into."""

    id = text_out()
    parent = text_out(is_optional=True, about="The id of the broader topic.")
    label_en = text_out()
    label_ar = text_out()
    name_en = text_out(about="What posts on it talk about.")
    name_ar = text_out()
    is_in_use = fields.Boolean(metadata={"description": "Whether the index reads by it now."})
    is_added = fields.Boolean(metadata={"description": "Whether this site added it."})
    added_at = moment_out(is_optional=True)
    retired_at = moment_out(is_optional=True)
    specialists = number_out(about="Listed influencers with a specialist index on it.")
    briefs = number_out(about="Open briefs that ask for it.")


TopicPageSchema = page_of(TopicSchema)


def _text(field: str, **options: object) -> fields.String:
    return fields.String(validate=Length(max=LIMITS[field]), **options)  # type: ignore[arg-type]


class TopicDraftBodySchema(BodySchema):
    """A topic as an operator writes it."""

    label_en = _text("label_en", required=True)
    label_ar = _text("label_ar", required=True)
    name_en = _text("name_en", required=True, metadata={"description": "What posts on it talk about."})
    name_ar = _text("name_ar", required=True)
    words_en = _text("words_en", load_default="", metadata={"description": "Other words for it."})
    words_ar = _text("words_ar", load_default="")
    parent = fields.String(load_default=None, allow_none=True, validate=Length(min=1, max=ID_MAX))


class TopicBodySchema(TopicDraftBodySchema):
    """A topic that was looked at."""

    looked_at = fields.String(
        required=True,
        validate=Length(equal=DIGEST_LENGTH),
        metadata={"description": "`digest` of the preview: what was looked at is what is added."},
    )
    is_near_wanted = fields.Boolean(
        load_default=False, metadata={"description": "Add it although another topic is nearly the same."}
    )


class TopicReasonBodySchema(BodySchema):
    """Why a topic is retired."""

    reason = fields.String(required=True, validate=Length(min=1, max=REASON_MAX))


class NearTopicSchema(AnswerSchema):
    """A topic that lies near."""

    id = text_out()
    cosine = _share("1: the same.")


class NearPersonSchema(AnswerSchema):
    """Somebody whose posts and bio lie near; listed people have a handle."""

    influencer_id = text_out()
    handle = text_out(is_optional=True)
    cosine = _share("1: the same.")
    share = _share("What the topic would take of all they talk about.")


class NearTopicBriefSchema(AnswerSchema):
    """An open brief in which it would be among the three topics that are understood."""

    brief_id = text_out()
    title = text_out()
    share = _share("Of what the brief asks for.")
    place = number_out(about="Counts from 1.")


class TopicLookSchema(AnswerSchema):
    """What a topic would catch."""

    digest = text_out(about="Send it as `looked_at` to add the topic.")
    is_nearly_same = fields.Boolean(
        metadata={"description": "Whether the nearest topic is hard to tell apart."}
    )
    nearest = fields.List(fields.Nested(NearTopicSchema))
    people = fields.List(fields.Nested(NearPersonSchema))
    briefs = fields.List(fields.Nested(NearTopicBriefSchema))
    briefs_caught = number_out()
    briefs_looked_at = number_out()


class TopicBuildSchema(AnswerSchema):
    """The build of the index that brings changed topics into use."""

    id = text_out()
    status = text_out(about="waiting, building, done, failed.")
    change = number_out(is_optional=True, about="The last change of topics that it holds.")
    asked_at = moment_out()
    started_at = moment_out(is_optional=True)
    seen_at = moment_out(is_optional=True, about="When its worker was last seen at it.")
    done = number_out(about="Influencers indexed so far.")
    whole = number_out()
    finished_at = moment_out(is_optional=True)
    failure = text_out(is_optional=True, about="unavailable, other.")
