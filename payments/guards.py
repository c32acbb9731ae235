"""Triggers with which the database itself defends the books, on SQLite and PostgreSQL.

No row of the journal is ever updated, deleted, replaced or truncated; an entry follows the one before it in its
stream; legs join only an entry that is not sealed; what a seal is refused for stands in `guard_conditions`. The terms of
a held payment never change. `install` is called from a migration with `op.get_bind()`; batch migrations on SQLite drop
triggers, so they call `remove`, alter, `install`.
"""

from typing import Any

from sqlalchemy import Connection, MetaData, event, text

from payments.guard_conditions import ENTRY_PROBLEMS, LEG_PROBLEMS, SEAL_PROBLEMS, Problems

APPEND_ONLY_KEYS = {
    "journal_entry": ("id", "key"),
    "journal_leg": ("id",),
    "journal_seal": ("entry_id",),
    "pay_journal_root": ("id",),
}
"""Append-only tables and the keys by which SQLite's INSERT OR REPLACE could slip past the delete triggers."""

TERMS = {
    "pay_escrow": ("booking_ref", "currency", "total_minor"),
    "pay_part": ("escrow_id", "part_ref", "net_minor", "fee_minor", "tax_minor"),
}
"""Columns that were agreed when the price was quoted: rows keep them for ever and are never deleted."""

CHECKED = (
    ("journal_entry", "journal_check_entry", ENTRY_PROBLEMS),
    ("journal_leg", "journal_check_leg", LEG_PROBLEMS),
    ("journal_seal", "journal_check_seal", SEAL_PROBLEMS),
)
"""Tables whose new rows are checked: table, name of the function on PostgreSQL, what is refused and why."""

TERMS_MESSAGE = "the terms of a held payment never change"


def install(connection: Connection) -> None:
    """Create every guard; calling it again replaces them."""
    remove(connection)
    for statement in _statements(connection.dialect.name):
        connection.execute(text(statement))


def remove(connection: Connection) -> None:
    """Drop every guard, to alter the tables under them."""
    on_postgresql = connection.dialect.name == "postgresql"
    for table, name in trigger_names(connection.dialect.name):
        target = f"{name} ON {table}" if on_postgresql else name
        connection.execute(text(f"DROP TRIGGER IF EXISTS {target}"))
    if on_postgresql:
        functions = ("journal_refuse_change", "pay_refuse_other_terms", *(each[1] for each in CHECKED))
        for function in functions:
            connection.execute(text(f"DROP FUNCTION IF EXISTS {function}()"))


def missing(connection: Connection) -> list[tuple[str, str]]:
    """Return (table, trigger) of every guard that is not there or switched off."""
    enabled = enabled_triggers(connection)
    return [each for each in trigger_names(connection.dialect.name) if each[1] not in enabled]


def enabled_triggers(connection: Connection) -> set[str]:
    """Return the names of all triggers of the database that act."""
    catalogue = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
        if connection.dialect.name == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    return set(connection.scalars(text(catalogue)))


def trigger_names(dialect: str) -> list[tuple[str, str]]:
    """List (table, trigger) of every guard on this dialect, for the test that finds a missing one."""
    last = "truncate" if dialect == "postgresql" else "replace"
    names = [
        (table, f"{table}_refuses_{change}")
        for table in APPEND_ONLY_KEYS
        for change in ("update", "delete", last)
    ]
    terms = [(table, f"{table}_refuses_{change}") for table in TERMS for change in ("other_terms", "delete")]
    return [*names, *terms, *((table, f"{table}_checked") for table, _, _ in CHECKED)]


def attach(metadata: MetaData) -> None:
    """Install the guards whenever the tables are made from the metadata (tests, embedded start)."""
    event.listen(metadata, "after_create", _after_create)
    event.listen(metadata, "before_drop", _before_drop)


def _after_create(target: MetaData, connection: Connection, **options: Any) -> None:
    del target
    made = {table.name for table in options.get("tables") or ()}
    if made & set(APPEND_ONLY_KEYS):
        install(connection)


def _before_drop(target: MetaData, connection: Connection, **options: Any) -> None:
    del target
    gone = {table.name for table in options.get("tables") or ()}
    if gone & set(APPEND_ONLY_KEYS):
        remove(connection)


def _statements(dialect: str) -> list[str]:
    return _postgresql() if dialect == "postgresql" else _sqlite()


def _sqlite() -> list[str]:
    statements = []
    for table, keys in APPEND_ONLY_KEYS.items():
        same_key = " OR ".join(f"{key} = NEW.{key}" for key in keys)
        known = f"SELECT 1 FROM {table} WHERE {same_key}"  # noqa: S608 - table and keys are our constants
        statements += [
            f"CREATE TRIGGER {table}_refuses_{change} BEFORE {change.upper()} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for change in ("update", "delete")
        ]
        statements.append(
            f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table}"
            f" WHEN EXISTS ({known})"
            f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    refused = f"BEGIN SELECT RAISE(ABORT, '{TERMS_MESSAGE}'); END"
    for table, columns in TERMS.items():
        is_other = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns)
        changed = f"{table}_refuses_other_terms BEFORE UPDATE ON {table} WHEN {is_other}"
        deleted = f"{table}_refuses_delete BEFORE DELETE ON {table}"
        statements += [f"CREATE TRIGGER {changed} {refused}", f"CREATE TRIGGER {deleted} {refused}"]
    for table, _, problems in CHECKED:
        checks = " ".join(f"SELECT RAISE(ABORT, '{message}') WHERE {wrong};" for wrong, message in problems)
        statements.append(f"CREATE TRIGGER {table}_checked BEFORE INSERT ON {table} BEGIN {checks} END")
    return statements


def _postgresql() -> list[str]:
    statements = [
        _function("journal_refuse_change", (("TRUE", "the journal is append-only"),), returned="NULL")
    ]
    for table in APPEND_ONLY_KEYS:
        statements += [
            f"CREATE TRIGGER {table}_refuses_{change} BEFORE {change.upper()} ON {table}"
            f" FOR EACH {level} EXECUTE FUNCTION journal_refuse_change()"
            for change, level in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT"))
        ]
    statements.append(_function("pay_refuse_other_terms", (("TRUE", TERMS_MESSAGE),), returned="NULL"))
    refused = "EXECUTE FUNCTION pay_refuse_other_terms()"
    for table, columns in TERMS.items():
        is_other = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
        changed = f"{table}_refuses_other_terms BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({is_other})"
        deleted = f"{table}_refuses_delete BEFORE DELETE ON {table} FOR EACH ROW"
        statements += [f"CREATE TRIGGER {changed} {refused}", f"CREATE TRIGGER {deleted} {refused}"]
    for table, function, problems in CHECKED:
        statements += [
            _function(function, problems, returned="NEW"),
            f"CREATE TRIGGER {table}_checked BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()",
        ]
    return statements


def _function(name: str, problems: Problems, *, returned: str) -> str:
    checks = " ".join(
        f"IF {wrong} THEN RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{message}'; END IF;"
        for wrong, message in problems
    )
    return f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {checks} RETURN {returned}; END $$"
