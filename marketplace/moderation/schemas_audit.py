"""What the audit trail looks like to programs."""

from marketplace.web.cursors import RowPageQuery
from marketplace.web.schema import AnswerSchema, moment_out, number_out, page_of, text_out
from marketplace.web.schema_fields import Text

REF_MAX = 40


class AuditQuery(RowPageQuery):
    """Whose trail."""

    subject_id = Text(most=REF_MAX, load_default="", metadata={"description": "Of what was acted on."})
    actor_id = Text(most=REF_MAX, load_default="", metadata={"description": "Of the account that acted."})


class AuditEntrySchema(AnswerSchema):
    """One act. `athar audit verify` proves the chain of hashes."""

    id = number_out()
    at = moment_out()
    action = text_out()
    title = text_out(about="The act in your language.")
    subject_type = text_out()
    subject_id = text_out()
    actor_kind = text_out()
    actor_id = text_out(is_optional=True, about="Null where a clock or the worker acted.")
    actor_name = text_out(is_optional=True, about="Null for clocks and for people who were erased.")
    reason = text_out(is_optional=True, about="As it was written; null once its author was erased.")
    hash = text_out()


AuditEntryPageSchema = page_of(AuditEntrySchema)
