"""From a pool and wishes to a chosen basket with every figure that is shown of it. Pure; the same inputs, the same answer."""

from dataclasses import asdict, dataclass
from typing import Any

from marketplace.baskets.domain import FLOOR_LANGUAGE, Wishes
from matching.basket.assumptions import Assumptions
from matching.basket.figures import first_left_out, quick_bound, runner_up, worth_of_money
from matching.basket.outlook import look_ahead, look_at_celebrity
from matching.basket.pool import Pool, pose_pool
from matching.basket.problem import Problem
from matching.basket.solver import Basket, NoBasket, solve
from matching.forecasting.model import ForecastModel


@dataclass(frozen=True, slots=True)
class Reckoner:
    """The records that figures rest on."""

    model: ForecastModel
    assumed: Assumptions

    def problem(self, pool: Pool, wishes: Wishes) -> Problem:
        """Return the problem of choosing."""
        limits = wishes.limits(pool.set_aside)
        return pose_pool(pool, limits, self.model, self.assumed, floor_language=FLOOR_LANGUAGE)

    def reckon(self, pool: Pool, wishes: Wishes) -> dict[str, Any]:
        """Choose, and return the figures as JSON values; `problem` names the limit that cannot be kept, with nobody chosen."""
        posed = self.problem(pool, wishes)
        try:
            basket = solve(posed)
        except NoBasket as refused:
            return self.nobody(pool, wishes) | {"problem": refused.limit}
        return self.figures(pool, wishes, posed, basket)

    def nobody(self, pool: Pool, wishes: Wishes) -> dict[str, Any]:
        """Return the figures of an empty basket."""
        empty = Basket(ids=(), value=0.0, cost_minor=0)
        return self.figures(pool, wishes, None, empty)

    def figures(self, pool: Pool, wishes: Wishes, posed: Problem | None, basket: Basket) -> dict[str, Any]:
        """Return everything that is shown of a basket."""
        outlook = look_ahead(pool, basket.ids, self.model, self.assumed)
        money_minor = (
            basket.cost_minor or wishes.budget_minor
        )  # the same on both sides: what the basket spends
        celebrity = look_at_celebrity(pool, money_minor, self.model, self.assumed)
        plain: dict[str, Any] = {
            "ids": list(basket.ids),
            "value": basket.value,
            "cost_minor": basket.cost_minor,
            "outlook": outlook.to_dict(),
            "celebrity": celebrity.to_dict() if celebrity else None,
            "compared_minor": money_minor,
            "share_at_least": 0.0,
            "left_out": None,
            "runner_up": None,
            "more_money": None,
            "problem": None,
            "model": self.model.version,
            "assumptions": self.assumed.version,
            "assumptions_date": self.assumed.date,
        }
        if posed is not None and basket.ids:
            plain |= self._beside(posed, basket, unique=outlook.unique.mid)
        return plain

    def _beside(self, posed: Problem, basket: Basket, *, unique: float) -> dict[str, Any]:
        """Return what lies beside the basket; gains are told in people, at the basket's own rate of people to worth."""
        rate = unique / basket.value if basket.value else 0.0
        left_out, other = first_left_out(posed, basket), runner_up(posed, basket)
        more = worth_of_money(posed, basket)
        bound = quick_bound(posed, basket)
        return {
            "share_at_least": basket.value / bound if bound else 1.0,
            "left_out": asdict(left_out) | {"people": left_out.gain * rate} if left_out else None,
            "runner_up": _other(basket, other),
            "more_money": {"extra_minor": more.extra_minor, "people": more.gain * rate},
        }


def _other(basket: Basket, other: Basket | None) -> dict[str, Any] | None:
    if other is None or not other.ids:  # a basket of nobody is no other choice
        return None
    return {
        "joins": sorted(set(other.ids) - set(basket.ids)),
        "leaves": sorted(set(basket.ids) - set(other.ids)),
        "share": other.value / basket.value if basket.value else 0.0,
        "cost_minor": other.cost_minor,
    }
