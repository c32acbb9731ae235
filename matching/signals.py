"""The values behind the score, one function a part, each with the evidence a person can check.

Every function is pure; followers are read nowhere here. Audience share against the asked share; price against peers;
engagement for the tier. The specialist index has a module of its own: `matching.specialism`.
"""

import math
from collections.abc import Mapping

from matching.criteria import SearchCriteria
from matching.documents import AudienceDocument, OfferDocument
from matching.eligibility import audience_share
from matching.scoring import Formula, PartState, Signal


def audience_signal(audience: AudienceDocument | None, criteria: SearchCriteria, formula: Formula) -> Signal:
    """Country share against the asked share (at most 1) and language share, over what was asked."""
    target = criteria.audience
    if not target.countries and not target.languages:
        return Signal("audience", None, PartState.NOT_ASKED)
    if audience is None:
        return Signal("audience", None, PartState.MISSING)
    evidence: dict[str, object] = {"source": audience.source.value, "as_of": audience.as_of.isoformat()}
    total = weight = 0.0
    if target.countries and audience.countries:
        evidence["country_share"] = share = audience_share(audience.countries, target.countries)
        total += formula.audience["country"] * min(1.0, share / max(target.share, 1e-9))
        weight += formula.audience["country"]
    if target.languages and audience.languages:
        evidence["language_share"] = share = audience_share(audience.languages, target.languages)
        total += formula.audience["language"] * share
        weight += formula.audience["language"]
    if not weight:
        return Signal("audience", None, PartState.MISSING, evidence)
    return Signal("audience", total / weight, PartState.KNOWN, evidence)


def performance_signal(performance: Mapping[str, object] | None) -> Signal:
    """Phi(z) of the shrunk engagement against the expectation of the tier; 0.5 is exactly as expected."""
    if performance is None:
        return Signal("performance", None, PartState.MISSING)
    z = float(str(performance["z"]))
    value = 0.5 * (1 + math.erf(z / math.sqrt(2)))
    return Signal("performance", value, PartState.KNOWN, dict(performance))


def price_signal(offer: OfferDocument | None, market_minor: int | None, peers: int) -> Signal:
    """Market price of the peers against the asked price, at most 1; unknown without an offer or enough peers."""
    if offer is None or market_minor is None:
        return Signal("price", None, PartState.MISSING, {"peers": peers})
    evidence: dict[str, object] = {
        "listing_id": offer.listing_id,
        "price_minor": offer.price_minor,
        "currency": offer.currency,
        "market_minor": market_minor,
        "peers": peers,
    }
    return Signal("price", min(1.0, market_minor / max(offer.price_minor, 1)), PartState.KNOWN, evidence)


def authenticity_signal(features: Mapping[str, object]) -> Signal:
    """Pass on a checked value with its signs; "not checked" is never shown as clean."""
    value, signs = features.get("authenticity"), features.get("authenticity_signs")
    evidence: dict[str, object] = {
        "is_checked": isinstance(value, int | float),
        "signs": signs if isinstance(signs, list) else [],
        "as_of": features.get("authenticity_as_of"),
    }
    if not isinstance(value, int | float):
        return Signal("authenticity", None, PartState.MISSING, evidence)
    return Signal("authenticity", float(value), PartState.KNOWN, evidence)
