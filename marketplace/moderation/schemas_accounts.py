"""What accounts look like to operators' programs."""

from marshmallow import fields

from marketplace.accounts.domain import UserKind
from marketplace.moderation.domain import TEXT_MAX
from marketplace.moderation.policies_data import moderation_policies
from marketplace.moderation.schemas_appeals import AppealedDecisionSchema
from marketplace.web.schema import AnswerSchema, moment_out, page_of, text_out, word_out
from marketplace.web.schema_fields import BodySchema, Choice, QuerySchema, Text

SEARCH_MAX = 200


class AccountQuery(QuerySchema):
    """Which accounts."""

    text = Text(
        most=SEARCH_MAX,
        load_default="",
        metadata={
            "description": "An id, or a part of the mail address, name or handle; empty: suspended ones."
        },
    )


class AccountLineSchema(AnswerSchema):
    """A person of one of the sides."""

    id = text_out()
    email = text_out()
    kind = word_out((UserKind.BRAND, UserKind.INFLUENCER))
    display_name = text_out()
    suspended_at = moment_out(is_optional=True)
    created_at = moment_out()


AccountPageSchema = page_of(AccountLineSchema)


class AccountSchema(AccountLineSchema):
    """A person of one of the sides, and what was decided about their account."""

    decisions = fields.List(fields.Nested(AppealedDecisionSchema))


class AccountDecisionBodySchema(BodySchema):
    """Under which policy, and why, in both languages."""

    policy_code = Choice(sorted(moderation_policies()), required=True)
    reason_en = Text(least=1, most=TEXT_MAX, required=True)
    reason_ar = Text(least=1, most=TEXT_MAX, required=True)
