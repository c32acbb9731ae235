"""Triggers with which the database itself defends the journal, on SQLite and PostgreSQL.

No row is ever updated, deleted, replaced or truncated; legs join only an entry that is not sealed; a seal needs legs
that sum to zero per currency and leaves no account on the side it may not stand on. `install` is called from a
migration with `op.get_bind()`; batch migrations on SQLite drop triggers, so they call `remove`, alter, `install`.
"""

from typing import Any

from sqlalchemy import Connection, MetaData, event, text

from payments.chart import NEVER_CREDIT_PREFIXES, NEVER_DEBIT_PREFIXES

APPEND_ONLY_KEYS = {
    "journal_entry": ("id", "key"),
    "journal_leg": ("id",),
    "journal_seal": ("entry_id",),
    "pay_journal_root": ("id",),
}
"""Append-only tables and the keys by which SQLite's INSERT OR REPLACE could slip past the delete triggers."""


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
        for function in ("journal_refuse_change", "journal_check_leg", "journal_check_seal"):
            connection.execute(text(f"DROP FUNCTION IF EXISTS {function}()"))


def trigger_names(dialect: str) -> list[tuple[str, str]]:
    """List (table, trigger) of every guard on this dialect, for the test that finds a missing one."""
    last = "truncate" if dialect == "postgresql" else "replace"
    names = [
        (table, f"{table}_refuses_{change}")
        for table in APPEND_ONLY_KEYS
        for change in ("update", "delete", last)
    ]
    return [*names, ("journal_leg", "journal_leg_checked"), ("journal_seal", "journal_seal_checked")]


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


def _side_condition(account: str, total: str) -> str:
    """Return SQL that is true when an account stands on a side it may not stand on."""

    def is_one_of(prefixes: tuple[str, ...]) -> str:
        return " OR ".join(f"substr({account}, 1, {len(prefix)}) = '{prefix}'" for prefix in prefixes)

    return (
        f"(({is_one_of(NEVER_DEBIT_PREFIXES)}) AND {total} > 0)"
        f" OR (({is_one_of(NEVER_CREDIT_PREFIXES)}) AND {total} < 0)"
    )


_OWN_LEGS = "SELECT 1 FROM journal_leg l WHERE l.entry_id = NEW.entry_id"
_LEG_TOTAL = (
    "(SELECT SUM(t.amount_minor) FROM journal_leg t WHERE t.account = l.account AND t.currency = l.currency)"
)
_SEAL_PROBLEMS = (
    (
        "NOT EXISTS (SELECT 1 FROM journal_entry e WHERE e.id = NEW.entry_id)",
        "the sealed entry does not exist",
    ),
    (
        "(SELECT COUNT(*) FROM journal_leg l WHERE l.entry_id = NEW.entry_id) <> NEW.leg_count OR NEW.leg_count < 2",
        "the seal counts other legs than the entry has",
    ),
    (
        f"EXISTS ({_OWN_LEGS} GROUP BY l.currency HAVING SUM(l.amount_minor) <> 0)",
        "the entry does not sum to zero",
    ),
    (
        f"EXISTS ({_OWN_LEGS} AND ({_side_condition('l.account', _LEG_TOTAL)}))",
        "the entry takes more from an account than it holds",
    ),
)
_LEG_PROBLEMS = (
    (
        "NOT EXISTS (SELECT 1 FROM journal_entry e WHERE e.id = NEW.entry_id)",
        "the entry of this leg does not exist",
    ),
    (
        "EXISTS (SELECT 1 FROM journal_seal s WHERE s.entry_id = NEW.entry_id)",
        "the entry of this leg is sealed",
    ),
)


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
    for table, problems in (("journal_leg", _LEG_PROBLEMS), ("journal_seal", _SEAL_PROBLEMS)):
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
    for table, function, problems in (
        ("journal_leg", "journal_check_leg", _LEG_PROBLEMS),
        ("journal_seal", "journal_check_seal", _SEAL_PROBLEMS),
    ):
        statements += [
            _function(function, problems, returned="NEW"),
            f"CREATE TRIGGER {table}_checked BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()",
        ]
    return statements


def _function(name: str, problems: tuple[tuple[str, str], ...], *, returned: str) -> str:
    checks = " ".join(
        f"IF {wrong} THEN RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{message}'; END IF;"
        for wrong, message in problems
    )
    return f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {checks} RETURN {returned}; END $$"
