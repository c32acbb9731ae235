"""What baskets look like to programs."""

from marshmallow import fields

from marketplace.baskets.domain import COUNT_MOST, InviteOutcome, ProofState
from marketplace.deals.records import TEXT_MAX
from marketplace.deals.schemas import id_in
from marketplace.forecasts.schemas import BandSchema
from marketplace.web.schema import (
    AnswerSchema,
    moment_out,
    money_out,
    number_out,
    object_out,
    text_out,
    words_out,
)
from marketplace.web.schema_fields import BodySchema, Flag, ListOf, Text, WholeNumber, money_in

TICKS_MOST = 200


class WishesBodySchema(BodySchema):
    """What a basket may be; `wishes` of one that was read. Its budget, for listed prices, is in the brief's currency."""

    budget = money_in(required=True)
    count_most = WholeNumber(least=1, most=COUNT_MOST, required=True)
    per_topic_most = WholeNumber(least=1, most=COUNT_MOST, allow_none=True, load_default=None)
    arabic_percent = WholeNumber(
        least=0,
        most=100,
        load_default=0,
        metadata={"description": "Least share of Arabic speakers among all people reached."},
    )
    has_newcomer = Flag(load_default=False)
    kept = ListOf(id_in(), most=TICKS_MOST, load_default=list)
    dropped = ListOf(id_in(), most=TICKS_MOST, load_default=list)


class BasketInviteBodySchema(BodySchema):
    """Which state of the basket was looked at, and a word to everybody."""

    revision = WholeNumber(least=1, most=2_147_483_647, required=True)
    message = Text(most=TEXT_MAX, load_default="")


class BasketWishesSchema(AnswerSchema):
    """What the basket was chosen by."""

    budget = money_out()
    count_most = number_out()
    per_topic_most = number_out(is_optional=True)
    arabic_percent = number_out()
    has_newcomer = fields.Boolean()
    kept = words_out()
    dropped = words_out()


class BasketMemberSchema(AnswerSchema):
    """One influencer in the basket."""

    influencer_id = text_out()
    listing_version_id = text_out(is_optional=True)
    net = money_out(about="The listed price, which the influencer receives whole.")
    adds = fields.Float(
        metadata={"description": "People of the target that nobody else in the basket reaches."}
    )
    topic = text_out()
    is_newcomer = fields.Boolean()
    is_distant = fields.Boolean()


class BasketSchema(AnswerSchema):
    """The basket of a brief, as it was chosen last."""

    brief_id = text_out()
    match_run_id = text_out()
    revision = number_out()
    chosen_at = moment_out()
    wishes = fields.Nested(BasketWishesSchema)
    problem = text_out(is_optional=True, about="The limit that no basket keeps; then nobody is in it.")
    problem_text = text_out(is_optional=True)
    members = fields.List(fields.Nested(BasketMemberSchema))
    set_aside_count = number_out(
        about="How many with a price stay out for being only distantly related; name them in `kept` to have them in."
    )
    net = money_out()
    fee = money_out()
    tax = money_out()
    total = money_out(about="What the brand pays when everybody accepts.")
    unique_reach = fields.Nested(
        BandSchema, metadata={"description": "People of the target reached, each counted once."}
    )
    views = fields.Nested(BandSchema)
    engagements = fields.Nested(BandSchema)
    celebrity = object_out(
        is_optional=True,
        about="One large account for the money that the basket spends (`net`), from priors; null where it buys none.",
    )
    proof_state = text_out(about=", ".join(ProofState) + ".")
    share_at_least = fields.Float(
        metadata={
            "description": "The basket's share of the proven upper bound of what any basket could reach."
        }
    )
    forecast_model = text_out()
    assumptions = text_out()


class BasketInviteSchema(AnswerSchema):
    """What became of one person."""

    influencer_id = text_out()
    outcome = text_out(about=", ".join(InviteOutcome) + ".")
    invitation_id = text_out(is_optional=True)
    refusal_codes = words_out()
    tried_at = moment_out()


class BasketInvitesSchema(AnswerSchema):
    """What became of everybody in the basket."""

    items = fields.List(fields.Nested(BasketInviteSchema))
