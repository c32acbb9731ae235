"""What a tax status looks like to programs."""

from marketplace.taxes.domain import ADDRESS_MAX, LEGAL_NAME_MAX, NUMBER_MAX
from marketplace.web.countries import country_codes
from marketplace.web.schema import AnswerSchema, moment_out, text_out
from marketplace.web.schema_fields import BodySchema, OnlyRead, PresentChoice, Text


class TaxStatusBodySchema(BodySchema):
    """A tax status to state."""

    legal_name = Text(least=1, most=LEGAL_NAME_MAX, required=True)
    address = Text(least=1, most=ADDRESS_MAX, required=True, metadata={"description": "Postal address."})
    country = PresentChoice(
        country_codes,
        required=True,
        metadata={"description": "Where you are registered, ISO 3166-1 alpha-2."},
    )
    number = Text(
        most=NUMBER_MAX,
        allow_none=True,
        load_default="",
        metadata={"description": "Tax number; null or empty for who is not registered."},
    )
    updated_at = OnlyRead()


class TaxStatusSchema(AnswerSchema):
    """A tax status as it was stated last, all null before; documents to come name it, issued ones stay as they are."""

    legal_name = text_out(is_optional=True)
    address = text_out(is_optional=True)
    country = text_out(is_optional=True)
    number = text_out(is_optional=True, about="Empty for who is not registered.")
    updated_at = moment_out(is_optional=True)
