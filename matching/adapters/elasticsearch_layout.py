"""What stands in the cluster: two numbered indices a generation (documents, files beside them), and an alias for each.

Both aliases are switched in one step, so readers see one generation or the next. The template is strict: a field that is
not listed is refused. Text is tokenised by our own chain before it comes here, so `whitespace` is all that is asked of
the cluster, and nothing optional: no scripts, no analysis modules, no paid features.
"""

import base64
import re
import secrets
from dataclasses import dataclass
from typing import Any

from matching.adapters.elasticsearch_connection import BUILD_ADVICE, Connection
from matching.errors import IndexDamaged
from matching.ports import TEXT_FIELD_WEIGHTS

FORMAT_VERSION = 5
STATE = ".state"
"""Id of the document that names the last refresh; artifacts cannot begin with a dot."""
_NUMBER = re.compile(r"-(\d{6})$")
_ADMIN_SECONDS = 30.0
_FILES_MOST = 100


@dataclass(frozen=True, slots=True)
class Names:
    """Names of one generation's indices, or the aliases of the live one."""

    documents: str
    files: str


def aliases(prefix: str) -> Names:
    return Names(f"{prefix}-influencers", f"{prefix}-files")


def generation_names(prefix: str, number: int) -> Names:
    return Names(f"{prefix}-influencers-{number:06}", f"{prefix}-files-{number:06}")


def _text() -> dict[str, Any]:
    return {"type": "text", "analyzer": "whitespace", "index_options": "freqs", "copy_to": "words"}


def _vector() -> dict[str, Any]:
    return {"type": "dense_vector", "similarity": "dot_product", "index_options": {"type": "int8_hnsw"}}


def _entries(**fields: str) -> dict[str, Any]:
    return {"type": "nested", "properties": {name: {"type": kind} for name, kind in fields.items()}}


def _document_mapping() -> dict[str, Any]:
    offers = _entries(platform="keyword", currency="keyword", price="long")
    offers["properties"]["items"] = _entries(kind="keyword", count="long")
    keywords = ("id", "country", "city", "languages", "refused", "platforms", "proven_platforms")
    return {
        "dynamic": "strict",
        "_meta": {"format": FORMAT_VERSION},
        "_source": {"includes": ["record", "posts_record"]},
        "properties": {
            **{name: {"type": "keyword"} for name in keywords},
            "version": {"type": "long"},
            "is_listed": {"type": "boolean"},
            "followers": {"type": "double"},
            "slots": {"type": "integer"},
            "free_from": {"type": "integer"},
            "busy": {"type": "integer_range"},
            "channels": _entries(platform="keyword", is_proven="boolean", followers="double"),
            "audience_countries": _entries(code="keyword", share="integer"),
            "audience_languages": _entries(code="keyword", share="integer"),
            "offers": offers,
            **{field: _text() for field in TEXT_FIELD_WEIGHTS},
            "words": {"type": "text", "analyzer": "whitespace", "index_options": "docs", "norms": False},
            "length": {"type": "integer"},
            "vector": _vector(),
            "topic_roots": _vector(),
            "packed": {"type": "binary", "doc_values": True},
            "record": {"type": "binary"},
            "posts_record": {"type": "binary"},
        },
    }


_FILE_MAPPING: dict[str, Any] = {
    "dynamic": "strict",
    "_meta": {"format": FORMAT_VERSION},
    "properties": {"content": {"type": "binary"}},
}


def put_templates(connection: Connection) -> None:
    """Store the templates that every later generation is made by. Nothing is visible before a refresh of ours."""
    common = {"auto_expand_replicas": "0-1", "number_of_shards": 1, "refresh_interval": "-1"}
    names = aliases(connection.prefix)
    for name, mappings in ((names.documents, _document_mapping()), (names.files, _FILE_MAPPING)):
        _put_template(connection, name, {"settings": common, "mappings": mappings})


def _put_template(connection: Connection, name: str, template: dict[str, Any]) -> None:
    connection.ask(
        lambda client: client.indices.put_index_template(
            name=name, index_patterns=[f"{name}-0*"], template=template, priority=500
        ),
        seconds=_ADMIN_SECONDS,
    )


def live_number(connection: Connection) -> int | None:
    """Return the number of the live generation, None when there is none."""
    alias = aliases(connection.prefix).documents
    found = connection.ask(lambda client: client.options(ignore_status=404).indices.get_alias(name=alias))
    numbers = [int(match.group(1)) for name in found if (match := _NUMBER.search(name))]
    return max(numbers, default=None)


def all_numbers(connection: Connection) -> list[int]:
    """Return the numbers of every generation in the cluster, live or not."""
    names = aliases(connection.prefix)
    found = connection.ask(
        lambda client: client.indices.get(
            index=[f"{names.documents}-0*", f"{names.files}-0*"], features=["aliases"]
        ),
        seconds=_ADMIN_SECONDS,
    )
    return sorted({int(match.group(1)) for name in found if (match := _NUMBER.search(name))})


def create_generation(connection: Connection) -> int:
    """Make the two indices of a new generation, which nobody reads yet; returns its number."""
    put_templates(connection)
    number = max(all_numbers(connection), default=0) + 1
    names = generation_names(connection.prefix, number)
    for index in (names.documents, names.files):
        _create_index(connection, index)
    write_state(connection, names)
    return number


def _create_index(connection: Connection, index: str) -> None:
    connection.ask(lambda client: client.indices.create(index=index), seconds=_ADMIN_SECONDS)


def switch_generation(connection: Connection, number: int) -> None:
    """Point both aliases at a generation, in one step."""
    live = aliases(connection.prefix)
    fresh = generation_names(connection.prefix, number)
    pairs = ((live.documents, fresh.documents), (live.files, fresh.files))
    actions: list[dict[str, Any]] = []
    for alias, index in pairs:
        actions.append({"remove": {"index": f"{alias}-0*", "alias": alias, "must_exist": False}})
        actions.append({"add": {"index": index, "alias": alias}})
    connection.ask(lambda client: client.indices.update_aliases(actions=actions), seconds=_ADMIN_SECONDS)


def remove_generation(connection: Connection, number: int) -> None:
    names = generation_names(connection.prefix, number)
    connection.ask(
        lambda client: client.indices.delete(index=[names.documents, names.files], ignore_unavailable=True),
        seconds=_ADMIN_SECONDS,
    )


def write_state(connection: Connection, names: Names) -> None:
    """Give what readers see from now on a name of its own."""
    write_file(connection, names, STATE, secrets.token_hex(8).encode())


def write_file(connection: Connection, names: Names, name: str, content: bytes) -> None:
    document = {"content": base64.b64encode(content).decode()}
    connection.ask(
        lambda client: client.index(index=names.files, id=name, document=document), seconds=_ADMIN_SECONDS
    )


def read_file(connection: Connection, names: Names, name: str) -> tuple[str, bytes | None]:
    """Return the index that answered and the content, None when nothing is kept under this name.

    Raises IndexDamaged when there is no such generation.
    """
    found = connection.ask(lambda client: client.options(ignore_status=404).get(index=names.files, id=name))
    if "error" in found:
        raise IndexDamaged(f"There is no search index yet. {BUILD_ADVICE}")
    content = base64.b64decode(found["_source"]["content"]) if found["found"] else None
    return found["_index"], content


def file_names(connection: Connection, names: Names) -> set[str]:
    """Return the names of all that a generation keeps, but its state."""
    connection.ask(lambda client: client.indices.refresh(index=names.files), seconds=_ADMIN_SECONDS)
    body = {"query": {"match_all": {}}, "size": _FILES_MOST, "_source": False}
    found = connection.ask(lambda client: client.search(index=names.files, body=body))
    return {hit["_id"] for hit in found["hits"]["hits"]} - {STATE}
