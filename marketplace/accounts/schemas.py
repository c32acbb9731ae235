"""What the API says of the person behind a key."""

from marshmallow import fields

from marketplace.accounts.domain import BrandRole, OperatorRole, UserKind
from marketplace.web.schema import AnswerSchema, text_out, word_out, words_out


class MeSchema(AnswerSchema):
    """Who the key belongs to, and what it may do."""

    user_id = text_out()
    email = text_out()
    is_verified = fields.Boolean()
    is_suspended = fields.Boolean()
    kind = word_out(UserKind, about="brand, influencer or operator.")
    display_name = text_out()
    language = text_out()
    time_zone = text_out()
    brand_id = text_out(is_optional=True)
    brand_role = word_out(BrandRole, is_optional=True)
    influencer_id = text_out(is_optional=True)
    operator_role = word_out(OperatorRole, is_optional=True)
    scopes = fields.List(
        fields.String(), allow_none=True, metadata={"description": "Null for a browser session."}
    )
    permissions = words_out("What the role allows on the person's own things.")
