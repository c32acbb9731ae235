"""The hard filters of `matching.eligibility` as queries that a document must meet to pass, in the same order.

They stand inside the text query and inside the knn clause alike. Refusals are counted by the first filter that failed: how many
documents pass the first filters, minus how many pass one more. Sums of audience shares are whole millionths, which the
cluster's float scores hold exactly.
"""

from collections.abc import Callable, Sequence
from typing import Any

from matching.adapters.elasticsearch_documents import UNKNOWN
from matching.criteria import SearchCriteria
from matching.eligibility import MILLION, REASONS, millionths

Query = dict[str, Any]
NOBODY: Query = {"match_none": {}}


def passing_queries(criteria: SearchCriteria) -> list[tuple[str, Query]]:
    """Return (reason code, query of those that pass) of every filter that is asked."""
    asked = ((code, BUILDERS[code](criteria)) for code in REASONS)
    return [(code, query) for code, query in asked if query is not None]


def prefixes(passing: Sequence[tuple[str, Query]]) -> dict[str, Query]:
    """Return under each code the query of all that pass up to that filter."""
    return {
        code: {"bool": {"filter": [query for _, query in passing[: at + 1]]}}
        for at, (code, _) in enumerate(passing)
    }


def _not(query: Query) -> Query:
    return {"bool": {"must_not": [query]}}


def _either(*queries: Query) -> Query:
    return {"bool": {"should": list(queries), "minimum_should_match": 1}}


def _all(queries: Sequence[Query]) -> Query:
    return {"bool": {"filter": list(queries)}} if queries else {"match_all": {}}


def nested(path: str, queries: Sequence[Query]) -> Query:
    return {"nested": {"path": path, "query": _all(queries)}}


def _terms(field: str, values: Sequence[str]) -> Query:
    return {"terms": {field: list(values)}}


def _one_of(field: str, wanted: Sequence[str]) -> Query | None:
    return _terms(field, [*wanted, UNKNOWN]) if wanted else None


def _is_listed(_criteria: SearchCriteria) -> Query:
    return {"term": {"is_listed": True}}


def _is_not_excluded(criteria: SearchCriteria) -> Query | None:
    return _not(_terms("id", criteria.excluded_influencers)) if criteria.excluded_influencers else None


def _accepts_category(criteria: SearchCriteria) -> Query | None:
    return None if criteria.category is None else _not({"term": {"refused": criteria.category}})


def _is_on_platform(criteria: SearchCriteria) -> Query | None:
    return _one_of("platforms", criteria.platforms)


def _has_proven_channel(criteria: SearchCriteria) -> Query | None:
    if not criteria.requires_proven_channel:
        return None
    if criteria.platforms:
        return _terms("proven_platforms", criteria.platforms)
    return {"exists": {"field": "proven_platforms"}}


def _is_small_enough(criteria: SearchCriteria) -> Query | None:
    if criteria.followers.is_open:
        return None
    return _not({"range": {"followers": {"gt": criteria.followers.maximum}}})


def _is_large_enough(criteria: SearchCriteria) -> Query | None:
    if criteria.followers.is_open:
        return None
    least = criteria.followers.minimum
    relevant: list[Query] = []
    if criteria.platforms:
        relevant.append(_terms("channels.platform", criteria.platforms))
    if criteria.requires_proven_channel:
        relevant.append({"term": {"channels.is_proven": True}})
    if not relevant:  # the largest channel of all decides, and it has a field of its own
        return _not({"range": {"followers": {"lt": least}}})
    enough = nested("channels", [*relevant, {"range": {"channels.followers": {"gte": least}}}])
    known = nested("channels", [*relevant, {"exists": {"field": "channels.followers"}}])
    return _either(enough, _not(known))


def _lives_in_country(criteria: SearchCriteria) -> Query | None:
    return _one_of("country", criteria.countries)


def _lives_in_city(criteria: SearchCriteria) -> Query | None:
    return _one_of("city", criteria.cities)


def _speaks_language(criteria: SearchCriteria) -> Query | None:
    return _one_of("languages", criteria.creator_languages)


def _reaches(path: str, wanted: Sequence[str], share: float) -> Query | None:
    least = millionths(share)
    if not wanted or least <= 0:
        return None
    is_unknown = _not(nested(path, []))
    if least > MILLION:
        return is_unknown
    return _either(_sum_at_least(path, list(dict.fromkeys(wanted)), least), is_unknown)


def _sum_at_least(path: str, codes: list[str], least: int) -> Query:
    chosen = _terms(f"{path}.code", codes)
    if len(codes) == 1:
        return nested(path, [chosen, {"range": {f"{path}.share": {"gte": least}}}])
    share = {
        "function_score": {
            "query": chosen,
            "field_value_factor": {"field": f"{path}.share"},
            "boost_mode": "replace",
        }
    }
    total = {"nested": {"path": path, "score_mode": "sum", "query": share}}
    return {"function_score": {"query": total, "min_score": least}}


def _reaches_countries(criteria: SearchCriteria) -> Query | None:
    return _reaches("audience_countries", criteria.audience.countries, criteria.audience.share)


def _reaches_languages(criteria: SearchCriteria) -> Query | None:
    return _reaches("audience_languages", criteria.audience.languages, criteria.audience.share)


def matching_offer(criteria: SearchCriteria) -> list[Query]:
    """Return what an offer must meet: an asked platform, and every asked deliverable at least as often as asked, or one of the others."""
    queries: list[Query] = []
    if criteria.platforms:
        queries.append(_terms("offers.platform", criteria.platforms))
    asked = [_holds(kind, count) for kind, count in criteria.deliverables if count > 0]
    others = criteria.other_deliverables
    if any(count <= 0 for _kind, count in others):
        return queries
    if asked and others:
        return [*queries, _either(_all(asked), *(_holds(kind, count) for kind, count in others))]
    return [*queries, *asked]


def _holds(kind: str, count: int) -> Query:
    item: list[Query] = [
        {"term": {"offers.items.kind": kind}},
        {"range": {"offers.items.count": {"gte": count}}},
    ]
    return nested("offers.items", item)


def _offers_deliverables(criteria: SearchCriteria) -> Query | None:
    if not criteria.deliverables:
        return None
    return nested("offers", matching_offer(criteria))


def _sells_in_currency(criteria: SearchCriteria) -> Query | None:
    if criteria.currency is None:
        return None
    matching = matching_offer(criteria)
    same = nested("offers", [*matching, {"term": {"offers.currency": criteria.currency}}])
    return _either(same, _not(nested("offers", matching)))


def _is_affordable(criteria: SearchCriteria) -> Query | None:
    if criteria.budget_minor is None or criteria.fixed_price_minor is not None:
        return None
    matching = matching_offer(criteria)
    if criteria.currency is not None:
        matching.append({"term": {"offers.currency": criteria.currency}})
    within = nested("offers", [*matching, {"range": {"offers.price": {"lte": criteria.budget_minor}}}])
    return _either(within, _not(nested("offers", matching)))


def _has_free_slot(criteria: SearchCriteria) -> Query:
    queries: list[Query] = [{"range": {"slots": {"gte": 1}}}]
    if criteria.ends_on is not None:
        queries.append({"range": {"free_from": {"lte": criteria.ends_on.toordinal()}}})
    if criteria.starts_on is not None and criteria.ends_on is not None:
        queries.append(_not(_covered(criteria.starts_on.toordinal(), criteria.ends_on.toordinal())))
    return _all(queries)


def _covered(first: int, last: int) -> Query:
    """Return the query of one busy period from `first` or earlier to `last` or later, also of a window turned round."""
    relation = "contains" if first <= last else "intersects"
    return {"range": {"busy": {"gte": min(first, last), "lte": max(first, last), "relation": relation}}}


BUILDERS: dict[str, Callable[[SearchCriteria], Query | None]] = {
    "not_listed": _is_listed,
    "excluded": _is_not_excluded,
    "refused_category": _accepts_category,
    "platform": _is_on_platform,
    "channel_unproven": _has_proven_channel,
    "followers_above": _is_small_enough,
    "followers_below": _is_large_enough,
    "country": _lives_in_country,
    "city": _lives_in_city,
    "creator_language": _speaks_language,
    "audience_country": _reaches_countries,
    "audience_language": _reaches_languages,
    "no_such_deliverable": _offers_deliverables,
    "other_currency": _sells_in_currency,
    "too_expensive": _is_affordable,
    "no_free_slot": _has_free_slot,
}
"""How each rule of `matching.eligibility` is asked; that list alone says in which order."""
