"""What requests for a second person look like to programs."""

from marshmallow import fields

from marketplace.approvals.domain import ActKind, RequestStatus
from marketplace.approvals.operations import REASON_MAX
from marketplace.web.schema import AnswerSchema, moment_out, object_out, page_of, text_out, word_out
from marketplace.web.schema_fields import BodySchema, QueryFlag, QuerySchema, Text

HASH_LENGTH = 64


class ApprovalQuery(QuerySchema):
    """Which requests."""

    is_waiting = QueryFlag(
        load_default=True,
        metadata={"description": "true: those that wait, oldest first; false: closed ones, newest first."},
    )


class ActLineSchema(AnswerSchema):
    """One line of what would happen, in your language."""

    label = text_out()
    value = text_out()


class ApprovalRequestSchema(AnswerSchema):
    """An act that needs two persons: what one asked for, and what became of it."""

    id = text_out()
    kind = word_out(ActKind)
    title = text_out(about="What would happen, in your language.")
    lines = fields.List(fields.Nested(ActLineSchema))
    subject_type = text_out()
    subject_id = text_out()
    payload = object_out(about="Everything the act does.")
    payload_hash = text_out(about="Of the act as it is stored; an approval names it.")
    reason = text_out()
    status = word_out(RequestStatus)
    requested_by = text_out(about="Id of who asked; they cannot approve or refuse.")
    requester = text_out()
    requested_at = moment_out()
    expires_at = moment_out()
    is_over = fields.Boolean(
        metadata={"description": "Whether its time ran out though nobody closed it yet."}
    )
    second_person = text_out(is_optional=True)
    closed_at = moment_out(is_optional=True)
    note = text_out(about="Why it was refused.")
    page_url = text_out(about="Where it is approved after the password was typed.")


ApprovalRequestPageSchema = page_of(ApprovalRequestSchema)


class ApproveActSchema(BodySchema):
    """Which act was read."""

    seen_hash = Text(
        least=HASH_LENGTH,
        most=HASH_LENGTH,
        required=True,
        metadata={"description": "`payload_hash` of the request as you read it."},
    )


class RefuseActSchema(BodySchema):
    """Why not; your colleague reads it."""

    note = Text(least=1, most=REASON_MAX, required=True)
