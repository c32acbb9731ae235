"""`athar match`, `athar formulas` and `athar topics`: what each prints of one ranked brief, and how it ends."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from marketplace.cli.main import main
from marketplace.db import transaction
from marketplace.formulas.models import FormulaTraining
from marketplace.formulas.operations import store_packaged
from marketplace.matches.indexing import index_all
from marketplace.matches.models import MatchResult
from marketplace.matches.operations import question_of, rank, store_run
from marketplace.topics.models import AddedTopic
from matching.formulas import CURRENT
from tests.builders.market import build_brief, build_listing
from tests.builders.matching.engines import build_following
from tests.builders.people import build_brand, build_influencer
from tests.builders.posts import build_posts
from tests.clock import START

DONE, FOUND_WRONG, REFUSED, MISSING = 0, 1, 3, 4
FALCONS = ("Hawking", "البيزرة", "--describe-en", "falcon hunting birds", "--describe-ar", "الصيد بالجوارح")


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


@pytest.fixture
def site(services, tmp_path, monkeypatch):
    """A ranked brief of three bakers; gives what runs `athar ...`, the services and the run's number."""
    search, upkeep = build_following(tmp_path / "index")
    services = replace(services, search=search, index_upkeep=upkeep)
    with transaction(services.sessions) as session:
        store_packaged(session, used=None, now=START)
        brand = build_brand(session)
        for number in range(3):
            baker = build_influencer(session, followers=5_000 * (number + 1))
            build_posts(session, baker, ["baking cakes bread oven"] * (number + 2))
            build_listing(session, baker)
        version = build_brief(session, brand, title="Bread", text="baking bread", topics=["baking"]).version
    index_all(services, progress=lambda *_counts: None)
    with transaction(services.sessions) as session:
        question = question_of(session, session.merge(version))
    answer = rank(question, search=services.search, now=START)
    with transaction(services.sessions) as session:
        run_id = store_run(session, answer, user_id=None).id
    for module in ("match", "formulas", "topics"):
        monkeypatch.setattr(f"marketplace.cli.{module}.load_services", lambda **_options: services)

    def run(*words):
        result = CliRunner().invoke(main, list(words))
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return run, services, run_id


def test_a_stored_list_is_made_again_and_asked_again(site):
    run, services, run_id = site
    same = run("match", "replay", run_id)
    assert (same.exit_code, "Same order, same scores." in same.output) == (DONE, True)
    assert [
        row["influencer_id"] for row in json.loads(run("match", "replay", run_id, "--json").stdout)["results"]
    ]
    live = json.loads(run("match", "replay", run_id, "--live", "--json").stdout)
    assert (live["same"], live["changes"]) == (3, [])
    assert "3 of 3 places are the same" in run("match", "replay", run_id, "--live").output
    assert run("match", "replay", "nothing", "--live").exit_code == MISSING
    with transaction(services.sessions) as session:
        first = session.scalars(select(MatchResult).order_by(MatchResult.rank)).first()
        first.receipt = first.receipt | {"score": first.score + 1}
    other = run("match", "replay", run_id)
    assert (other.exit_code, "The replay differs" in other.output) == (FOUND_WRONG, True)


def test_few_people_and_briefs_teach_nothing_and_that_is_said(site):
    run, services, _run_id = site
    assert "No tier has 20 accounts" in run("match", "backtest").output
    trained = run("match", "train")
    assert trained.exit_code == DONE
    assert "Too few briefs: nothing was fitted." in trained.output
    with transaction(services.sessions) as session:
        assert session.scalars(select(FormulaTraining.outcome)).all() == ["too_few_briefs"]


def test_formulas_are_listed_and_tried_on_the_last_briefs(site):
    run, _services, _run_id = site
    rows = json.loads(run("formulas", "list", "--json").stdout)["formulas"]
    assert CURRENT in {row["version"] for row in rows}
    tried = json.loads(run("formulas", "try", CURRENT, "--json").stdout)
    assert (tried["briefs"], tried["summary"]["overlap"]["10"]) == (1, 1.0)
    assert run("formulas", "try", "v999").exit_code == MISSING


def test_a_topic_is_looked_at_added_and_retired(site):
    run, services, _run_id = site
    listed = json.loads(run("topics", "list", "--json").stdout)["topics"]
    assert {row["id"]: row["briefs"] for row in listed}["baking"] == 1
    looked = json.loads(run("topics", "add", *FALCONS, "--look", "--json").stdout)
    assert (looked["added"], looked["is_nearly_same"]) == (None, False)
    added = run("topics", "add", *FALCONS)
    assert (added.exit_code, "Added hawking" in added.output) == (DONE, True)
    twice = run("topics", "add", *FALCONS)
    assert (twice.exit_code, "label_en" in twice.stderr) == (REFUSED, True)
    assert "Hawking" in run("topics", "list", "--added").output
    assert "waiting" in run("topics", "status").output
    assert run("topics", "retire", "hawking", "--reason", "Nobody asks for it").exit_code == DONE
    assert run("topics", "retire", "baking", "--reason", "x").exit_code == MISSING
    with transaction(services.sessions) as session:
        row = session.scalars(select(AddedTopic)).one()
        assert (row.retired_reason, row.retired_at) == ("Nobody asks for it", services.clock())
