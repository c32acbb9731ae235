"""Examples of the API's document: one for each body and each answer, in the schema that describes it."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from apispec.ext.marshmallow import MarshmallowPlugin

FILE = Path(__file__).parent / "data" / "api_examples.json"
PAGE = "Page"


@cache
def api_examples() -> dict[str, Any]:
    """Return the examples by the name of their schema in the document."""
    return dict(json.loads(FILE.read_text(encoding="utf-8")))


def example_of(name: str) -> dict[str, Any] | None:
    """Return the example of a schema, if there is one; a page holds that of its item."""
    found = api_examples().get(name)
    item = api_examples().get(name.removesuffix(PAGE)) if name.endswith(PAGE) else None
    if found is None and item is not None:
        return {"items": [item], "next_cursor": None}
    return found


class SchemasWithExamples(MarshmallowPlugin):
    """Describes marshmallow's schemas, each with its example."""

    def schema_helper(  # type: ignore[override]  # as the plugin itself declares it
        self, name: str, _: Any, schema: Any = None, **kwargs: Any
    ) -> dict[str, Any] | None:
        """Return the JSON schema of a component."""
        described: dict[str, Any] | None = super().schema_helper(name, _, schema=schema, **kwargs)  # type: ignore[no-untyped-call]
        example = example_of(name)
        if described is not None and example is not None:
            described["examples"] = [example]
        return described
