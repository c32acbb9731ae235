"""`athar index`: build, check and repair, hold and switch, stats; what each prints and how it ends."""

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

from marketplace.cli.main import main
from marketplace.db import prepare_engine, transaction
from marketplace.influencers.models import Influencer
from tests.builders.matching.encoders import WordEncoder
from tests.builders.people import build_influencer

DONE, FOUND_WRONG, MISSING = 0, 1, 4


@pytest.fixture
def sessions(sqlite_url):
    engine = prepare_engine(create_engine(sqlite_url))
    yield sessionmaker(engine, expire_on_commit=False)
    engine.dispose()


@pytest.fixture
def site(sqlite_url, tmp_path, monkeypatch, sessions):
    """Runs `athar index ...` on a database with three influencers; gives click's result."""
    for name, value in {
        "MODE": "test", "HOME": str(tmp_path), "DATABASE_URL": sqlite_url, "ARGON2_COST": "low",
        "SECRET_KEY": "s" * 40, "LOG_LEVEL": "error",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"ATHAR_{name}", value)
    encoder = WordEncoder()
    monkeypatch.setattr("marketplace.wiring_search.open_encoder", lambda _settings: encoder)
    with transaction(sessions) as session:
        people = [build_influencer(session).influencer.id for _ in range(3)]

    def run(*words: str):
        result = CliRunner().invoke(main, ["index", *words])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return run, people, tmp_path / "index"


def test_the_index_is_built_compared_mended_held_switched_and_measured(site, sessions):
    run, people, root = site

    missing = run("check")
    assert missing.exit_code == MISSING
    assert "athar index build" in missing.stderr

    built = run("build")
    assert built.exit_code == DONE
    assert "3 influencers" in built.output
    assert run("check", "--full").exit_code == DONE

    with transaction(sessions) as session:
        session.get_one(Influencer, people[0]).bio = "Cars"
        session.get_one(Influencer, people[0]).version += 1
        people.append(build_influencer(session).influencer.id)
    found = run("check", "--json")
    assert found.exit_code == FOUND_WRONG
    assert json.loads(found.stdout) == {"missing": [people[3]], "outdated": [people[0]], "surplus": []}
    assert run("check", "--repair").exit_code == DONE
    assert run("check").exit_code == DONE

    assert run("switch").exit_code == MISSING, "no build waits"
    assert "waits" in run("build", "--hold").output
    before = json.loads(run("stats", "--json").stdout)
    assert before["held"]
    assert run("switch").exit_code == DONE
    after = json.loads(run("stats", "--json").stdout)
    assert (after["influencers"], after["held"]) == (4, None)
    assert after["generation"] != before["generation"]
    assert after["bytes_on_disk"] == sum(
        path.stat().st_size
        for path in (root / after["generation"].split(".")[0]).rglob("*")
        if path.is_file()
    )


def test_a_damaged_index_is_told_and_cured_by_a_build(site):
    run, _, root = site
    run("build")
    (next(root.glob("g*")) / "manifest.json").write_bytes(b"nonsense")
    told = run("stats")
    assert told.exit_code == MISSING
    assert "damaged" in told.stderr
    assert run("build").exit_code == DONE
    assert run("check", "--full").exit_code == DONE
