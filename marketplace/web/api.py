"""flask-smorest, kept to its corner: only addresses under /api/ answer in JSON, errors come from our own table."""

from functools import partial
from typing import Any

from flask import Flask
from flask_smorest import Api, Blueprint

from marketplace.web.access import public

DESCRIPTION = (
    "Briefs, matches, deals and held payments of Athar. Amounts are integers in minor units beside an ISO currency. "
    "Send `Authorization: Bearer <key>`; send an `Idempotency-Key` with every unsafe call."
)


class ApiBlueprint(Blueprint):
    """A part of the API; pages carry their cursor in the body, not in a header."""

    PAGINATION_HEADER_NAME = None


class SiteApi(Api):
    """Leaves error answers to `web/errors.py`, for pages and API alike."""

    def _register_error_handlers(self) -> None:
        """Ours are registered by the application."""


def install_api(app: Flask) -> SiteApi:
    """Register the API and its OpenAPI document at /api/openapi.json."""
    app.config.update(
        API_TITLE="Athar",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {
                "description": DESCRIPTION,
                "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            },
            "servers": [{"url": "/"}],
            "security": [{"key": []}],
            "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
        },
    )
    api = SiteApi(app)
    view: Any = app.view_functions["api-docs.openapi_json"]
    app.view_functions["api-docs.openapi_json"] = public(partial(view))
    return api
