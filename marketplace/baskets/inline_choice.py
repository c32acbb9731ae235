"""Chooses while its user waits: what may be chosen is read, the solver works with no transaction open, then it is stored."""

from marketplace.baskets import operations
from marketplace.baskets.domain import Wishes
from marketplace.baskets.models import Basket
from marketplace.baskets.reckoning import Reckoner
from marketplace.db import db
from marketplace.matches.inline_run import engine
from marketplace.web.context import current_actor, now
from marketplace.web.transactions import outside_transaction
from matching.basket.assumptions import load_assumptions
from matching.forecasting.model import load_model


def reckoner() -> Reckoner:
    """Return the reckoner on the records in force."""
    return Reckoner(load_model(), load_assumptions())


def choose(brief_id: str, wishes: Wishes | None) -> Basket:
    """Choose the basket of a brief of the actor's; without wishes what stands, or what the brief asks.

    Raises:
        SearchDown, operations.NoListYet, NotFound: see their classes.
        matching.errors.IndexUnavailable: as the engine says.
    """
    actor, search = current_actor(), engine()
    choice = operations.prepare_choice(
        db.session, actor=actor, brief_id=brief_id, wishes=wishes, search=search, now=now()
    )
    with outside_transaction():
        figures = reckoner().reckon(choice.pool, choice.wishes)
    return operations.store_choice(db.session, choice, figures, user_id=actor.user_id, now=now())
