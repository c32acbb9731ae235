"""What decisions, appeals against them and their answers look like to programs."""

from marshmallow import fields

from marketplace.moderation.domain import TEXT_MAX, AppealStatus, SubjectType
from marketplace.moderation.schemas import DecisionSchema
from marketplace.web.schema import AnswerSchema, moment_out, page_of, text_out, word_out
from marketplace.web.schema_fields import BodySchema, Choice, Text


class AppealSchema(AnswerSchema):
    """An appeal and, once there is one, the answer to it."""

    id = text_out()
    status = word_out(AppealStatus)
    text = text_out()
    created_at = moment_out()
    decided_at = moment_out(is_optional=True)
    answer_en = text_out()
    answer_ar = text_out()


class AppealCaseSchema(AppealSchema):
    """An appeal as operators read it."""

    case_id = text_out()
    subject_type = word_out(SubjectType)
    subject_id = text_out()
    title = text_out(about="The name of what was decided about.")
    decision = fields.Nested(DecisionSchema)


AppealPageSchema = page_of(AppealCaseSchema)


class AppealAnswerBodySchema(BodySchema):
    """Whether a decision stands, and why, in both languages."""

    outcome = Choice((AppealStatus.UPHELD, AppealStatus.OVERTURNED), required=True)
    answer_en = Text(least=1, most=TEXT_MAX, required=True)
    answer_ar = Text(least=1, most=TEXT_MAX, required=True)


class AppealTextBodySchema(BodySchema):
    """Why a decision is wrong."""

    text = Text(least=1, most=TEXT_MAX, required=True)


class AppealedDecisionSchema(DecisionSchema):
    """A decision with the appeal against it, if there is one."""

    appeal = fields.Nested(AppealSchema, allow_none=True)


class OwnDecisionSchema(AppealedDecisionSchema):
    """A decision about you or one of your things."""

    subject_type = word_out(SubjectType)
    subject_id = text_out()
    title = text_out(about="The name of what was decided about.")


OwnDecisionPageSchema = page_of(OwnDecisionSchema)
