"""The same seed and day give the same world, to the last row."""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from marketplace import schema
from marketplace.demo.seeding import seed_demo
from marketplace.demo.vectors import texts_of
from marketplace.demo.world import plan_world
from marketplace.settings import read_settings
from marketplace.wiring import build_services
from marketplace.wiring_search import make_search_index, open_encoder
from matching.adapters.vector_store import KEY_BYTES
from matching.counterfactuals import SAID_AR, SAID_EN
from matching.topics import read_topics
from matching.vector_cache import text_key

pytestmark = pytest.mark.slow

PEOPLE = 30
DAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
#: secrets, what is sealed or signed with them, also inside a record or a link, and who happened to do the work: they differ on purpose
SEALED = re.compile(r'"sealed": "[^"]+"|/mail/off/[\w.]+')
DIFFERENT = {
    "user_account": {"password_hash"},
    "person_key": {"key"},
    "audit_entry": {"reason", "previous_hash", "hash"},
    "audit_seal": {"root"},
    "outbox": {"lease_owner"},
}


def seeded(home: Path, *, seed: int) -> Path:
    home.mkdir()
    settings = read_settings({"ATHAR_HOME": str(home), "ATHAR_LOG_LEVEL": "error"})
    schema.upgrade(settings.database_url)
    make_search_index(settings)
    seed_demo(
        build=lambda clock, tokens: build_services(settings, clock=clock, new_token=tokens),
        until=DAY,
        progress=lambda *_step: None,
        influencers=PEOPLE,
        seed=seed,
        briefs_most=1,
    )
    return home


def tables(path: Path) -> dict[str, Counter[str]]:
    """The rows of every table, without what differs on purpose."""
    with sqlite3.connect(path) as connection:
        connection.row_factory = sqlite3.Row
        names = [
            row["name"] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return {name: Counter(_lines(connection, name)) for name in names}


def _lines(connection: sqlite3.Connection, name: str) -> list[str]:
    hidden = DIFFERENT.get(name, set())
    return [
        SEALED.sub("(sealed)", repr({key: row[key] for key in row.keys() if key not in hidden}))  # noqa: SIM118  # a Row is no dict
        for row in connection.execute(f'SELECT * FROM "{name}"')  # noqa: S608  # names from the schema
    ]


class TestWorld:
    def test_is_the_same_for_the_same_seed(self, tmp_path):
        one, other = (seeded(tmp_path / name, seed=7) for name in ("one", "other"))
        for database in ("athar.sqlite3", "sandbox.sqlite3"):
            first, second = tables(one / database), tables(other / database)
            differing = {name: first[name] - second[name] for name in first if first[name] != second[name]}
            assert differing == {}
            assert sum(map(len, first.values())) > 20, "nothing was played"
        assert unread_notices(one) == {True, False}, (
            "a living account has old notices read and new ones unread"
        )
        assert kept_vectors(one) - suggested_vectors(one) == foreseen_vectors(one, seed=7)


def unread_notices(home: Path) -> set[bool]:
    """Whether notices are unread, all that occur."""
    with sqlite3.connect(home / "athar.sqlite3") as connection:
        return {bool(unread) for (unread,) in connection.execute("SELECT read_at IS NULL FROM notice")}


def kept_vectors(home: Path) -> set[bytes]:
    """What search asked the vector of, while the story was played."""
    with sqlite3.connect(home / "cache" / "vectors.sqlite3") as connection:
        return {key for (key,) in connection.execute("SELECT key FROM vector")}


def suggested_vectors(home: Path) -> set[bytes]:
    """What posts that nobody wrote would say: what would move somebody up is tried on them."""
    topics = read_topics().topics
    return _keys(
        home,
        (
            f"{name} {said}"
            for topic in topics
            for name in (topic.name_en, topic.name_ar)
            for said in (*SAID_EN, *SAID_AR)
        ),
    )


def foreseen_vectors(home: Path, *, seed: int) -> set[bytes]:
    """What `make demo` reads beside the story."""
    plan = plan_world(Random(seed), influencers=PEOPLE)
    return _keys(home, (text for person in plan.influencers for text in texts_of(person)))


def _keys(home: Path, texts: Iterable[str]) -> set[bytes]:
    model = open_encoder(read_settings({"ATHAR_HOME": str(home)})).name
    return {bytes.fromhex(text_key(model, text))[:KEY_BYTES] for text in texts}
