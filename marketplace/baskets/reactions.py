"""Outbox kinds that baskets answer: the bound of a chosen basket is proven outside any transaction."""

from collections.abc import Mapping
from typing import Any

from marketplace.baskets.domain import ProofState, Wishes
from marketplace.baskets.models import Basket
from marketplace.baskets.operations import store_proof
from marketplace.baskets.reckoning import Reckoner
from marketplace.db import transaction
from marketplace.outbox.handling import Handler
from marketplace.services import Services
from matching.basket.assumptions import load_assumptions
from matching.basket.pool import Pool
from matching.basket.proof import prove
from matching.basket.solver import NoBasket, solve
from matching.forecasting.model import load_model

GAP = 0.0005
SECONDS = 20.0
"""Well inside the minute a worker holds a row; the bound that was found by then counts."""


def on_basket_chosen(services: Services, payload: Mapping[str, Any]) -> None:
    """Prove how good a basket is, unless it was chosen anew meanwhile. Idempotent: the same choice, the same proof."""
    with services.sessions() as session:
        basket = session.get(Basket, payload["basket_id"])
        is_current = basket is not None and basket.revision == payload["revision"]
        stored = (dict(basket.pool), dict(basket.wishes)) if basket is not None and is_current else None
        session.rollback()
    if stored is None:
        return
    state, proof = _prove(services, *stored)
    with transaction(services.sessions) as session:
        store_proof(
            session,
            basket_id=payload["basket_id"],
            revision=payload["revision"],
            state=state,
            proof=proof | ({"proven_at": services.clock().isoformat()} if proof else {}),
        )


def _prove(
    services: Services, pool: dict[str, Any], wishes: dict[str, Any]
) -> tuple[ProofState, dict[str, Any]]:
    if services.prover is None:
        return ProofState.FAILED, {}
    reckoner = Reckoner(load_model(), load_assumptions())
    posed = reckoner.problem(Pool.from_dict(pool), Wishes.from_plain(wishes))
    try:
        known = solve(posed)
    except NoBasket:
        return ProofState.FAILED, {}
    found = prove(posed, known, services.prover, gap=GAP, seconds=SECONDS)
    share = known.value / found.bound if found.bound > 0 else 1.0
    better = list(found.basket.ids) if found.basket.value > known.value else []
    return ProofState.PROVEN, {
        "share": min(1.0, share),
        "best_share": found.share,
        "better_ids": better,
        "better_cost_minor": found.basket.cost_minor,
    }


REACTIONS = {"basket.chosen": Handler(outside=on_basket_chosen)}
