"""What a brand and its members look like to programs."""

from marketplace.accounts.domain import BrandRole
from marketplace.brands.domain import ABOUT_MAX, CITY_MAX, NAME_MAX, WEBSITE_MAX, BrandStatus
from marketplace.categories import CATEGORIES
from marketplace.web.countries import country_codes
from marketplace.web.schema import AnswerSchema, moment_out, number_out, page_of, text_out, word_out
from marketplace.web.schema_fields import BodySchema, Choice, MailAddress, OnlyRead, PresentChoice, Text


class BrandContent:
    """What a brand says of itself: the same fields are sent and read."""

    name = Text(least=1, most=NAME_MAX)
    name_ar = Text(most=NAME_MAX, metadata={"description": "In Arabic script."})
    website = Text(most=WEBSITE_MAX)
    country = PresentChoice(country_codes, metadata={"description": "ISO 3166-1 alpha-2."})
    city = Text(most=CITY_MAX)
    category = Choice(CATEGORIES, metadata={"description": "What it sells."})
    about = Text(most=ABOUT_MAX)


class BrandPatchSchema(BrandContent, BodySchema):
    """Changes of your brand: what is left out stays as it is."""

    id = OnlyRead()
    status = OnlyRead()
    version = OnlyRead()
    created_at = OnlyRead()


class BrandSchema(BrandContent, AnswerSchema):
    """Your brand. Another name or website, and what operators sent back, is reviewed again."""

    id = text_out()
    status = word_out(BrandStatus)
    version = number_out(about="Grows with every change.")
    created_at = moment_out()


class MemberContent:
    """A member's place."""

    role = Choice(BrandRole)


class MemberPatchSchema(MemberContent, BodySchema):
    """Another role."""

    user_id = OnlyRead()
    name = OnlyRead()
    email = OnlyRead()


class MemberSchema(MemberContent, AnswerSchema):
    """A member of your brand."""

    user_id = text_out()
    name = text_out()
    email = text_out()


MemberPageSchema = page_of(MemberSchema)


class MemberInvitationBodySchema(BodySchema):
    """Whom you invite, as what."""

    email = MailAddress(required=True)
    role = Choice(BrandRole, required=True)


class MemberInvitationSchema(AnswerSchema):
    """A link that lets one person join. Nothing is mailed: hand it over."""

    email = text_out()
    role = word_out(BrandRole)
    url = text_out(about="Works once, and is shown in this answer only.")
    expires_at = moment_out()
