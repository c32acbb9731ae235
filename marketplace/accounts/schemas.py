"""What the API says of the person behind a key."""

from marshmallow import fields

from marketplace.web.schema import AnswerSchema, text_out, words_out


class MeSchema(AnswerSchema):
    """Who the key belongs to, and what it may do."""

    user_id = text_out()
    email = text_out()
    is_verified = fields.Boolean()
    is_suspended = fields.Boolean()
    kind = text_out(about="brand, influencer or operator.")
    display_name = text_out()
    language = text_out()
    time_zone = text_out()
    brand_id = text_out(is_optional=True)
    brand_role = text_out(is_optional=True)
    influencer_id = text_out(is_optional=True)
    operator_role = text_out(is_optional=True)
    scopes = fields.List(
        fields.String(), allow_none=True, metadata={"description": "Null for a browser session."}
    )
    permissions = words_out("What the role allows on the person's own things.")
