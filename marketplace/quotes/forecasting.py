"""What the work of a quote is expected to bring, for the whole price the brand pays."""

from collections import Counter

from sqlalchemy.orm import Session

from marketplace.forecasts.queries import forecast_package
from marketplace.quotes.models import TermsSnapshot
from matching.forecasting.bands import Forecast


def forecast_terms(session: Session, terms: TermsSnapshot, *, cost: tuple[int, str]) -> Forecast | None:
    """Return the forecast of the published pieces on the platform that has most of them; None without one."""
    pieces = Counter((row["platform"], row["kind"]) for row in terms.deliverables if row["is_published"])
    platforms = Counter(row["platform"] for row in terms.deliverables if row["is_published"])
    if not platforms:
        return None
    platform = max(platforms, key=lambda name: (platforms[name], name))
    return forecast_package(
        session,
        influencer_id=terms.influencer_id,
        platform=platform,
        pieces=[(kind, count) for (own, kind), count in sorted(pieces.items()) if own == platform],
        cost=cost,
    )
