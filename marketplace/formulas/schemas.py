"""What versions of the ranking formula look like to operators' programs."""

from typing import Any

from marshmallow import fields

from marketplace.formulas.domain import FormulaStatus
from marketplace.formulas.operations import NOTE_MAX
from marketplace.web.language import lazy_gettext as _
from marketplace.web.schema import (
    AnswerSchema,
    moment_out,
    number_out,
    object_out,
    page_of,
    text_out,
    word_out,
)
from marketplace.web.schema_fields import MESSAGES, BodySchema, Text


def _numbers(about: str) -> fields.Dict:
    return fields.Dict(keys=fields.String(), values=fields.Float(), metadata={"description": about})


class FormulaLineSchema(AnswerSchema):
    """One version in a list."""

    version = text_out()
    status = word_out(FormulaStatus)
    weights = _numbers("How much each part counts.")
    neutral = _numbers("What a part is taken for where it is not known.")
    note_en = text_out()
    note_ar = text_out()
    created_at = moment_out()
    in_force_from = moment_out(is_optional=True)
    retired_at = moment_out(is_optional=True)


FormulaLinePageSchema = page_of(FormulaLineSchema)


class FormulaChangeSchema(AnswerSchema):
    """A number that differs from the formula in force."""

    group = text_out()
    name = text_out()
    now = fields.Float(allow_none=True)
    then = fields.Float(allow_none=True)


class FormulaTrialSchema(AnswerSchema):
    """What would move: the last briefs ranked with a version beside the one in force."""

    against = text_out()
    briefs = number_out()
    summary = object_out(about="Means over briefs.")
    lines = fields.List(object_out(about="One a brief: what came, what went, the largest moves."))
    quality = object_out(about="Measures of both on a labelled set, where one was given.")
    created_at = moment_out()


class FormulaSchema(FormulaLineSchema):
    """One version beside the one in force."""

    changes = fields.List(fields.Nested(FormulaChangeSchema))
    trial = fields.Nested(FormulaTrialSchema, allow_none=True, metadata={"description": "The newest one."})


class Real(fields.Float):
    """A number; no text and no truth value is one."""

    default_error_messages = MESSAGES | {"invalid": _("Send a number."), "special": _("Send a number.")}

    def _validated(self, value: Any) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return float(super()._validated(value))


class Numbers(fields.Dict):
    """Numbers by the name of a part."""

    default_error_messages = MESSAGES | {"invalid": _("Send a JSON object.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(keys=fields.String(), values=Real(), load_default=dict, **options)


class FormulaBodySchema(BodySchema):
    """A new version: the one in force, with these numbers in place of its own."""

    weights = Numbers(metadata={"description": "Of the parts that shall count differently."})
    neutral = Numbers(metadata={"description": "Of the parts whose neutral value shall differ."})
    note_en = Text(least=1, most=NOTE_MAX, required=True, metadata={"description": "Influencers read it."})
    note_ar = Text(least=1, most=NOTE_MAX, required=True)
