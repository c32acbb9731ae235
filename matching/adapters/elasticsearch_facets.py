"""Counts everybody who passes the filters by what the page can choose: one question of aggregations, no documents."""

from collections.abc import Mapping, Sequence
from typing import Any

from matching.adapters.elasticsearch_connection import Connection
from matching.adapters.elasticsearch_documents import UNKNOWN
from matching.adapters.elasticsearch_filters import Query, matching_offer, nested, passing_queries
from matching.criteria import SearchCriteria
from matching.market import BANDS
from matching.pool_facets import MOST_CODES, PoolFacets, most_frequent

_FIELDS = {"platform": "platforms", "country": "country", "city": "city", "language": "languages"}
"""One shard holds an index, so that the counts of the most frequent words are exact."""


def count_passing(
    connection: Connection, index: str, criteria: SearchCriteria, ceilings: Sequence[int]
) -> PoolFacets:
    """Ask the cluster. Raises IndexUnavailable."""
    body = {
        "size": 0,
        "track_total_hits": True,
        "query": {"bool": {"filter": [query for _code, query in passing_queries(criteria)]}},
        "aggs": {**_words(), "band": _bands(), **_prices(criteria, ceilings)},
    }
    answer = connection.ask(
        lambda client: client.search(index=index, body=body, allow_partial_search_results=False)
    )
    return _read(answer, ceilings)


def _words() -> dict[str, Any]:
    """Return one list of counted words a field; one more than is kept, for UNKNOWN may be among them."""
    return {group: {"terms": {"field": field, "size": MOST_CODES + 1}} for group, field in _FIELDS.items()}


def _bands() -> dict[str, Any]:
    ends = [0, *BANDS, None]
    ranges = [
        {"key": str(band), "from": least} | ({} if ends[band + 1] is None else {"to": ends[band + 1]})
        for band, least in enumerate(ends[:-1])
    ]
    return {"range": {"field": "followers", "ranges": ranges, "keyed": True}}


def _prices(criteria: SearchCriteria, ceilings: Sequence[int]) -> dict[str, Any]:
    """Return the counts of who asks at most each price: who has any matching offer within it."""
    if criteria.currency is None:
        return {}
    offer = [*matching_offer(criteria), {"term": {"offers.currency": criteria.currency}}]
    filters: dict[str, Query] = {"any": nested("offers", offer)}
    for most in ceilings:
        filters[str(most)] = nested("offers", [*offer, {"range": {"offers.price": {"lte": most}}}])
    return {"price": {"filters": {"filters": filters}}}


def _read(answer: Mapping[str, Any], ceilings: Sequence[int]) -> PoolFacets:
    found = answer["aggregations"]
    counts = {
        group: most_frequent(
            {each["key"]: each["doc_count"] for each in found[group]["buckets"] if each["key"] != UNKNOWN}
        )
        for group in _FIELDS
    }
    counts["band"] = most_frequent(
        {band: each["doc_count"] for band, each in found["band"]["buckets"].items()}
    )
    prices = found["price"]["buckets"] if "price" in found else {"any": {"doc_count": 0}}
    priced = prices["any"]["doc_count"]
    return PoolFacets(
        size=answer["hits"]["total"]["value"],
        counts=counts,
        priced=priced,
        within={most: prices[str(most)]["doc_count"] for most in ceilings} if priced else {},
    )
