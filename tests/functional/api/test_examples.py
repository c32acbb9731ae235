"""Examples in the OpenAPI document: one of each body and answer, and each of them true."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from marketplace.web.api_examples import api_examples
from marketplace.web.schema_fields import BodySchema
from tests.functional.api.test_document import document, operations

__all__ = ["document"]
GOOD = ("200", "201", "202")


def named(content: Any) -> set[str]:
    """The name of the schema of a body or an answer."""
    found = (content or {}).get("application/json", {}).get("schema", {}).get("$ref", "")
    return {found.rsplit("/", 1)[-1]} - {""}


def used(document: Any) -> set[str]:
    """Names of all schemas of bodies and good answers."""
    names: set[str] = set()
    for _path, _method, operation in operations(document):
        names |= named(operation.get("requestBody", {}).get("content"))
        for status in GOOD:
            names |= named(operation["responses"].get(status, {}).get("content"))
    return names


class TestExamples:
    def test_are_there_for_every_body_and_answer(self, document):
        schemas = document["components"]["schemas"]
        assert [name for name in sorted(used(document)) if not schemas[name].get("examples")] == []

    def test_are_there_for_nothing_else(self, document):
        names = used(document)
        pages = {name.removesuffix("Page") for name in names if name.endswith("Page")}
        assert set(api_examples()) <= names | pages

    def test_are_what_their_schemas_describe(self, document):
        schemas, wrong = document["components"]["schemas"], []
        for name in sorted(used(document)):
            validator = jsonschema_rs.validator_for(
                {
                    "$ref": f"#/components/schemas/{name}",
                    "components": document["components"],
                }
            )
            wrong += [
                f"{name}: {error.message}"[:200]
                for error in validator.iter_errors(schemas[name]["examples"][0])
            ]
        assert wrong == []

    def test_of_answers_show_every_field_and_no_other(self, document):
        schemas, bodies = document["components"]["schemas"], set()
        for _path, _method, operation in operations(document):
            bodies |= named(operation.get("requestBody", {}).get("content"))
        for name in used(document) - bodies:
            assert set(schemas[name]["examples"][0]) == set(schemas[name]["properties"]), name

    def test_of_bodies_are_read(self, document):
        bodies = {body.__name__.removesuffix("Schema"): body for body in descendants(BodySchema)}
        read = [bodies[name]().load(example) for name, example in api_examples().items() if name in bodies]
        assert len(read) > 45


def descendants(base: type[BodySchema]) -> Iterator[type[BodySchema]]:
    """All schemas of bodies."""
    for child in base.__subclasses__():
        yield child
        yield from descendants(child)


@pytest.mark.parametrize("word", ["demo", "Example", "127.0.0.1"])
def test_examples_name_nothing_of_tests_and_demo(word: str) -> None:
    assert word not in str(api_examples())
