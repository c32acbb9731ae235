"""One application a process for all tests that only use it, given the services of the test that has its turn.

Registering three hundred routes and compiling the templates takes four fifths of the time of a test that visits a
page. Neither depends on the test, so both happen once; services, engine and sandbox are put in anew for each. A test
that changes the application itself says how (`changed`) or builds its own with `create_app`.
"""

from collections.abc import Callable
from dataclasses import fields
from typing import TYPE_CHECKING

from flask import Flask
from sqlalchemy import create_engine

from tests.kept_statements import keep_statements

if TYPE_CHECKING:
    from marketplace.services import Services

#: what may differ between two tests that share an application
OF_A_TEST = ("home", "database_url", "queue_url", "storage_url", "search_url")

#: what counts requests (development, production) counts those of the tests before
MODES = ("test", "demo")

_apps: dict[tuple[object, ...], Flask] = {}


def shared_app(services: "Services", *, changed: Callable[[Flask], None] | None = None) -> Flask:
    """The application on the given services; until the next test of this process asks for it with its own.

    With `changed` it is another one, made once and changed so before its first request.
    """
    from marketplace.app import create_app

    if services.settings.mode not in MODES or services.settings.trusted_proxies:
        return create_app(services)
    kept = [
        getattr(services.settings, each.name)
        for each in fields(services.settings)
        if each.name not in OF_A_TEST
    ]
    key = (*kept, services.sandbox is None, changed)
    keep_statements(services.sessions.kw["bind"])
    if key not in _apps:
        _apps[key] = create_app(services)
        if changed is not None:
            changed(_apps[key])
    else:
        _hand_over(_apps[key], services)
    _count_nothing()
    return _apps[key]


def _count_nothing() -> None:
    """The limiter is one for all applications of the process: one that counts leaves it counting."""
    from marketplace.web.limits import limiter

    limiter.enabled = False


def _hand_over(app: Flask, services: "Services") -> None:
    from marketplace.db import db, prepare_engine
    from marketplace.services import SANDBOX_PATH
    from marketplace.web.context import EXTENSION

    app.extensions[EXTENSION] = services
    with app.app_context():
        db.engine.dispose()
        engine = prepare_engine(create_engine(services.settings.database_url))
        db.engines["default"] = keep_statements(engine)
        db.sessionmaker.configure(bind=db.engine)
    if services.sandbox is not None:
        app.wsgi_app.mounts[SANDBOX_PATH] = services.sandbox.wsgi_app  # type: ignore[attr-defined]  # create_app mounted one
