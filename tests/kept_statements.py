"""Engines of tests share what SQLAlchemy compiled: each test has a database of its own, the statements are the same.

The product has one engine a process and compiles a statement once; with an engine a test a quarter of the time of the
integration tests went into compiling the same statements again.
"""

from sqlalchemy import Engine

_first: dict[str, Engine] = {}


def keep_statements(engine: Engine) -> Engine:
    """Give the engine the dialect and the compiled statements of the first one of its kind; returns the engine."""
    kind = f"{engine.dialect.name}+{engine.dialect.driver}"
    if kind not in _first:
        with engine.connect():
            pass  # the dialect asks the server what it can do
        _first[kind] = engine
    first = _first[kind]
    engine.dialect = first.dialect
    engine.pool._dialect = first.dialect  # no public way; the pool resets connections by it
    engine._compiled_cache = first._compiled_cache  # no public way
    return engine
