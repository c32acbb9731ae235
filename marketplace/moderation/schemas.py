"""What operators' cases look like to programs."""

from marshmallow import ValidationError, fields, validates

from marketplace.moderation.domain import TEXT_MAX, CaseStatus, DecisionAction, SubjectType
from marketplace.moderation.policies_data import moderation_policies
from marketplace.web.language import gettext
from marketplace.web.schema import (
    AnswerSchema,
    moment_out,
    number_out,
    object_out,
    page_of,
    text_out,
    word_out,
    words_out,
)
from marketplace.web.schema_fields import (
    BodySchema,
    Choice,
    Part,
    QueryNumber,
    QuerySchema,
    Text,
    WholeNumber,
)

NOTE_MAX, NOTES_MAX = 500, 40


class NoteSchema(BodySchema):
    """A note about one field, in both languages."""

    en = Text(most=NOTE_MAX, load_default="")
    ar = Text(most=NOTE_MAX, load_default="")


class DecisionBodySchema(BodySchema):
    """A decision: what, under which policy, and why, in both languages."""

    action = Choice(DecisionAction, required=True)
    policy_code = Choice(sorted(moderation_policies()), required=True)
    reason_en = Text(least=1, most=TEXT_MAX, required=True)
    reason_ar = Text(least=1, most=TEXT_MAX, required=True)
    field_notes = fields.Dict(
        keys=Text(least=1, most=60),
        values=Part(NoteSchema),
        load_default=dict,
        metadata={"description": "Field of the subject -> note.", "maxProperties": NOTES_MAX},
    )
    revision = WholeNumber(
        least=1, most=1_000_000, required=True, metadata={"description": "Of the case you read."}
    )

    @validates("field_notes")
    def check_notes(self, value: dict[str, object], **_options: object) -> None:
        """Refuse more notes than a subject has fields."""
        if len(value) > NOTES_MAX:
            raise ValidationError(gettext("Send %(least)s to %(most)s entries.", least=0, most=NOTES_MAX))


class CaseQuery(QuerySchema):
    """Which cases of the queue."""

    subject_type = Choice(SubjectType)
    limit = QueryNumber(least=1, most=100, load_default=30)


class QueueLineSchema(AnswerSchema):
    """One waiting case."""

    case_id = text_out()
    subject_type = text_out()
    title = text_out()
    owner = text_out()
    opened_at = moment_out()
    claimed_by = text_out(is_optional=True, about="A colleague's name while their lease lasts.")
    is_mine = fields.Boolean()


QueuePageSchema = page_of(QueueLineSchema)


class DecisionSchema(AnswerSchema):
    """What was decided."""

    id = text_out()
    action = text_out()
    policy_code = text_out()
    reason_en = text_out()
    reason_ar = text_out()
    field_notes = object_out()
    at = moment_out()


class CaseSchema(AnswerSchema):
    """A case with its subject as it is now."""

    id = text_out()
    subject_type = text_out()
    subject_id = text_out()
    version_ref = text_out()
    status = word_out(CaseStatus)
    opened_at = moment_out()
    closed_at = moment_out(is_optional=True)
    claimed_until = moment_out(is_optional=True)
    is_mine = fields.Boolean()
    revision = number_out(about="Send it with the decision.")
    title = text_out()
    owner = text_out()
    fields_now = object_out(about="The subject's fields.")
    fields_before = object_out(about="Those of the version before; empty when there is none.")
    possible_actions = words_out()
    decision = fields.Nested(DecisionSchema, allow_none=True)


class PolicySchema(AnswerSchema):
    """One policy that a decision may rest on."""

    code = text_out()
    en = text_out()
    ar = text_out()
    reason_en = text_out()
    reason_ar = text_out()


PolicyPageSchema = page_of(PolicySchema)
