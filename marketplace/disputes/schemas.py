"""What is handed in about a ruling over the API."""

from marketplace.bookings.contests import STATEMENT_MAX
from marketplace.bookings.domain import Verdict
from marketplace.web.schema_fields import BodySchema, Choice, ListOf, Part, Text

CRITERIA_MAX = 12


class AppealBodySchema(BodySchema):
    """What is wrong with a ruling."""

    text = Text(least=1, most=STATEMENT_MAX, required=True)


class VerdictBodySchema(BodySchema):
    """One disputed criterion decided."""

    criterion = Text(least=1, most=40, required=True, metadata={"description": "Id of the criterion."})
    verdict = Choice(Verdict, required=True)
    reason_en = Text(most=STATEMENT_MAX, load_default="")
    reason_ar = Text(most=STATEMENT_MAX, load_default="")


class RulingBodySchema(BodySchema):
    """A ruling criterion by criterion; both sides read the reasons in their language."""

    verdicts = ListOf(Part(VerdictBodySchema), most=CRITERIA_MAX, required=True)
    reason_en = Text(least=1, most=STATEMENT_MAX, required=True)
    reason_ar = Text(least=1, most=STATEMENT_MAX, required=True)
