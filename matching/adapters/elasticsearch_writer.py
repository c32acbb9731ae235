"""Writes to one generation in bulk; an older version never overwrites a newer one, whoever comes last.

Every write carries the document's version as an external version. A deletion leaves a marker behind that would refuse a
lower version for a while; what was refused is looked at once more, and written when nothing is there.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from matching.adapters.elasticsearch_connection import BUILD_ADVICE, BULK_SECONDS, Connection, reason_of
from matching.adapters.elasticsearch_documents import to_source
from matching.errors import IndexUnavailable
from matching.ports import IndexedInfluencer

_AT_ONCE = 250
_CONFLICT, _NOT_FOUND = 409, 404
_RETRIED = frozenset({429, 502, 503})
_ATTEMPTS = 4

Action = dict[str, dict[str, Any]]


def write_items(connection: Connection, index: str, items: Iterable[IndexedInfluencer]) -> None:
    """Add or replace. Raises IndexUnavailable; what was written before that may be written again."""
    waiting = iter(items)
    while batch := list(islice(waiting, _AT_ONCE)):
        refused = _write(connection, index, batch)
        missing = [item for item in refused if not _exists(connection, index, item.document.id)]
        if missing:
            _fill_gaps(connection, index, missing)


def delete_ids(connection: Connection, index: str, influencer_ids: Iterable[str]) -> None:
    waiting = iter(influencer_ids)
    while batch := list(islice(waiting, _AT_ONCE)):
        _send(connection, index, [({"delete": {"_id": key}}, None) for key in batch])


def _write(connection: Connection, index: str, items: Sequence[IndexedInfluencer]) -> list[IndexedInfluencer]:
    """Return those that the cluster holds in a newer version, or holds the marker of."""
    lines = [
        (
            {
                "index": {
                    "_id": item.document.id,
                    "version": item.document.version,
                    "version_type": "external_gte",
                }
            },
            to_source(item),
        )
        for item in items
    ]
    conflicts = _send(connection, index, lines)
    return [items[at] for at in conflicts]


def _exists(connection: Connection, index: str, influencer_id: str) -> bool:
    found = connection.ask(
        lambda client: client.options(ignore_status=_NOT_FOUND).get(
            index=index, id=influencer_id, source=False
        )
    )
    return bool(found.get("found"))


def _fill_gaps(connection: Connection, index: str, items: Sequence[IndexedInfluencer]) -> None:
    """Write where only a marker is: make the document, then give it its version (the newer one stays, if one came)."""
    _send(connection, index, [({"create": {"_id": item.document.id}}, to_source(item)) for item in items])
    _write(connection, index, items)


def _send(
    connection: Connection, index: str, lines: Sequence[tuple[Action, dict[str, Any] | None]]
) -> list[int]:
    """Send lines in bulk, again those that the cluster was too busy for; returns the positions of version conflicts."""
    conflicts: list[int] = []
    remaining = list(range(len(lines)))
    for attempt in range(_ATTEMPTS):
        answer = _bulk(
            connection, index, [part for at in remaining for part in lines[at] if part is not None]
        )
        statuses = list(_statuses(answer))
        conflicts += [at for at, (status, _) in zip(remaining, statuses, strict=True) if status == _CONFLICT]
        busy = [at for at, (status, _) in zip(remaining, statuses, strict=True) if status in _RETRIED]
        _refuse_failures(statuses, is_last=attempt == _ATTEMPTS - 1)
        if not busy:
            break
        remaining = busy
    return conflicts


def _bulk(connection: Connection, index: str, operations: list[dict[str, Any]]) -> dict[str, Any]:
    """Send one bulk request. An alias that is gone must not become an index of that name."""
    is_alias = not index[-1].isdigit()
    answer: dict[str, Any] = connection.ask(
        lambda client: client.bulk(index=index, operations=operations, require_alias=is_alias),
        seconds=BULK_SECONDS,
    )
    return answer


def _statuses(answer: dict[str, Any]) -> Iterator[tuple[int, Any]]:
    for entry in answer["items"]:
        ((_, result),) = entry.items()
        yield result["status"], result


def _refuse_failures(statuses: Sequence[tuple[int, Any]], *, is_last: bool) -> None:
    """Raise IndexUnavailable for what is neither written, nor older, nor worth another attempt."""
    tolerated = {_CONFLICT, *(() if is_last else _RETRIED)}
    for status, result in statuses:
        if status < 300 or status in tolerated:
            continue
        error = result.get("error")
        if error is None and status == _NOT_FOUND:
            continue  # a deletion of what is not there
        reason = reason_of(error)
        if "dim" in reason:
            raise IndexUnavailable(
                f"The search index was built with another encoder or topic list. {BUILD_ADVICE}"
            )
        raise IndexUnavailable(f"The search cluster did not take a document ({reason}). {BUILD_ADVICE}")
