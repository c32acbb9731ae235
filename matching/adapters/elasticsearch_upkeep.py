"""Upkeep of the index in a cluster: build a generation beside the live one, switch the aliases, tell its size."""

import contextlib
from collections.abc import Iterator

from matching.adapters.elasticsearch import ElasticsearchIndex
from matching.adapters.elasticsearch_connection import BULK_SECONDS, Connection
from matching.adapters.elasticsearch_layout import (
    all_numbers,
    create_generation,
    file_names,
    generation_names,
    live_number,
    read_file,
    remove_generation,
    switch_generation,
    write_file,
)
from matching.errors import IndexUnavailable
from matching.ports import ERASURE, IndexStats

COMPLETE = ".complete"
_COPIED_AT_ONCE = 500


class ElasticsearchUpkeep:
    """Implements `matching.ports.IndexUpkeep` for a cluster."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create(self) -> None:
        ElasticsearchIndex.create(self._connection)

    def open(self) -> ElasticsearchIndex:
        return ElasticsearchIndex(self._connection)

    @contextlib.contextmanager
    def building(self, *, is_held: bool = False) -> Iterator[ElasticsearchIndex]:
        """Yield an empty generation; see the port. Of two builds at a time the one that began later stays."""
        live = live_number(self._connection)
        before = {} if live is None else self._at(live).ids()
        asked = None if live is None else self._at(live).artifact(ERASURE)
        number = create_generation(self._connection)
        fresh = self._at(number)
        try:
            yield fresh
            fresh.refresh()
            write_file(self._connection, generation_names(self._connection.prefix, number), COMPLETE, b"1")
            if not is_held:
                self._publish(number, before, asked)
        except BaseException:
            with contextlib.suppress(IndexUnavailable):
                remove_generation(self._connection, number)
            raise

    def switch(self) -> str:
        live = live_number(self._connection) or 0
        waiting = [number for number in all_numbers(self._connection) if number > live]
        complete = [number for number in waiting if self._is_complete(number)]
        if not complete:
            raise IndexUnavailable("No build waits to be switched to; `athar index build --hold` makes one.")
        number = max(complete)
        switch_generation(self._connection, number)
        self._remove_older(number)
        return generation_names(self._connection.prefix, number).documents

    def renew(self) -> None:
        """Copy what is live into a new generation: the cluster keeps deleted documents for hours, also through merges."""
        live = live_number(self._connection)
        if live is None:
            raise IndexUnavailable("There is no search index yet.")
        old, names = self._at(live), generation_names(self._connection.prefix, live)
        with self.building() as fresh:
            for name in file_names(self._connection, names) - {COMPLETE, ERASURE}:
                content = old.artifact(name)
                if content is not None:
                    fresh.store_artifact(name, content)
            ids = list(old.ids())
            for start in range(0, len(ids), _COPIED_AT_ONCE):
                fresh.upsert(old.get_many(ids[start : start + _COPIED_AT_ONCE]).values())

    def stats(self) -> IndexStats:
        live = live_number(self._connection)
        index = self.open()
        count = index.count()
        documents = "" if live is None else generation_names(self._connection.prefix, live).documents
        answer = self._connection.ask(lambda client: client.indices.stats(index=documents))
        sizes = answer["_all"]["primaries"]
        held = [n for n in all_numbers(self._connection) if n > (live or 0) and self._is_complete(n)]
        return IndexStats(
            engine="elasticsearch",
            generation=index.generation(),
            live=count,
            rows=count + int(sizes["docs"]["deleted"]),
            bytes_on_disk=int(sizes["store"]["size_in_bytes"]),
            held=generation_names(self._connection.prefix, max(held)).documents if held else None,
        )

    def verify(self) -> None:
        """Read every document; the cluster compares checksums of its files itself."""
        index = self.open()
        ids = list(index.ids())
        for start in range(0, len(ids), _COPIED_AT_ONCE):
            index.get_many(ids[start : start + _COPIED_AT_ONCE])

    def _at(self, number: int) -> ElasticsearchIndex:
        return ElasticsearchIndex(self._connection, generation_names(self._connection.prefix, number))

    def _is_complete(self, number: int) -> bool:
        try:
            names = generation_names(self._connection.prefix, number)
            return read_file(self._connection, names, COMPLETE)[1] is not None
        except IndexUnavailable:
            return False

    def _publish(self, number: int, before: dict[str, int], asked: bytes | None) -> None:
        """Catch up with the live generation, switch, and catch up once more with what came in between."""
        live = live_number(self._connection)
        if live is not None and live > number:
            raise IndexUnavailable("A build that began later has finished meanwhile; this one is not needed.")
        seen = self._catch_up(live, number, before)
        switch_generation(self._connection, number)
        self._catch_up(live, number, seen)
        self._keep_asking(live, number, asked)
        self._remove_older(number)

    def _catch_up(self, live: int | None, number: int, before: dict[str, int]) -> dict[str, int]:
        """Repeat in the new generation what was written to the live one since `before`; returns its present ids."""
        if live is None:
            return {}
        old, fresh = self._at(live), self._at(number)
        self._connection.ask(
            lambda client: client.indices.refresh(
                index=generation_names(self._connection.prefix, live).documents
            ),
            seconds=BULK_SECONDS,
        )
        now = old.ids()
        changed = [key for key, version in now.items() if before.get(key) != version]
        fresh.delete(key for key in before if key not in now)
        # Written with another encoder or topic list: who wrote it with the old one must write it again.
        with contextlib.suppress(IndexUnavailable):
            for start in range(0, len(changed), _COPIED_AT_ONCE):
                fresh.upsert(old.get_many(changed[start : start + _COPIED_AT_ONCE]).values())
            fresh.refresh()
        return now

    def _keep_asking(self, live: int | None, number: int, before: bytes | None) -> None:
        """Take over an erasure that was asked for since the build began: the deleted document is in the new one, too."""
        asked = None if live is None else self._at(live).artifact(ERASURE)
        if asked and asked != before:
            fresh = self._at(number)
            fresh.store_artifact(ERASURE, asked)
            fresh.refresh()

    def _remove_older(self, number: int) -> None:
        for other in all_numbers(self._connection):
            if other < number:
                remove_generation(self._connection, other)
