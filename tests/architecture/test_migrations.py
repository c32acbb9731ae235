"""Migrations lead to exactly the tables, and the guards, that the models describe; up, down and up again."""

import re

import pytest
from sqlalchemy import Connection, Engine, create_engine, inspect, text

from marketplace import schema
from marketplace.audit import guards as audit_guards
from marketplace.documents import guards as document_guards
from marketplace.fees import guards as fee_guards
from payments import guards as payment_guards
from tests.architecture.sources import ROOT

pytestmark = pytest.mark.slow

VERSION_FILE = re.compile(r"(\d{4})_[a-z0-9_]+\.py")
TRIGGERS = {
    "sqlite": "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal",
}


@pytest.fixture
def empty_url(new_database) -> str:
    url: str = new_database()
    return url


@pytest.fixture
def migrated(empty_url):
    schema.upgrade(empty_url)
    engine = create_engine(empty_url)
    yield engine
    engine.dispose()


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def triggers(connection: Connection) -> set[tuple[str, str]]:
    rows = connection.execute(text(TRIGGERS[connection.dialect.name]))
    return {(table, name) for table, name in rows}


class TestVersions:
    def test_are_numbered_without_a_gap(self):
        names = sorted(path.name for path in (ROOT / "migrations" / "versions").glob("[!_]*.py"))
        numbers = [VERSION_FILE.fullmatch(name) for name in names]
        assert [match and int(match.group(1)) for match in numbers] == list(range(1, len(names) + 1))

    def test_have_one_head(self):
        assert re.fullmatch(r"\d{4}", schema.head_revision())


class TestMigrations:
    def test_make_what_the_models_describe(self, empty_url):
        schema.upgrade(empty_url)
        assert schema.differences(empty_url) == []

    def test_can_be_taken_back_and_made_again(self, migrated, empty_url):
        made = tables(migrated)
        assert made
        schema.downgrade(empty_url, "base")
        assert tables(migrated) == set()
        schema.upgrade(empty_url)
        assert tables(migrated) == made
        assert schema.differences(empty_url) == []

    def test_install_every_guard(self, migrated):
        with migrated.begin() as connection:
            found = triggers(connection)
            audit_guards.install(connection)
            payment_guards.install(connection)
            fee_guards.install(connection)
            document_guards.install(connection)
            assert triggers(connection) == found
            assert found

    def test_make_guards_again_that_are_gone(self, migrated, empty_url):
        assert schema.upgrade(empty_url) == []
        with migrated.begin() as connection:
            made = triggers(connection)
            lost = {
                next(each for each in sorted(made) if each[0] == table)
                for table in ("audit_entry", "document", "fee_policy", "journal_leg", "pay_escrow")
            }
            for table, name in lost:
                on_table = f" ON {table}" if connection.dialect.name == "postgresql" else ""
                connection.execute(text(f"DROP TRIGGER {name}{on_table}"))
        assert sorted(schema.upgrade(empty_url)) == sorted(name for _, name in lost)
        with migrated.begin() as connection:
            assert triggers(connection) == made
