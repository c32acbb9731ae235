"""Importing influencers on both databases: all or nothing, valid ones alone, and nothing at the second time."""

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from marketplace.audit.models import AuditEntry
from marketplace.cli import import_influencers as cli
from marketplace.influencers.import_operations import import_influencers
from marketplace.influencers.importing import FileFormat, parse_influencers
from marketplace.influencers.models import Channel, Influencer, Metric, Post
from marketplace.influencers.operations import create_influencer, withdraw_consent
from marketplace.policies import SYSTEM
from tests.clock import START

RECORD = {
    "external_ref": "r1",
    "handle": "sara.skin",
    "name": "Sara",
    "bio": "Skincare in Riyadh.",
    "country": "SA",
    "claimed_topics": ["skincare"],
    "consented_on": "2026-01-05",
    "platform": "instagram",
    "channel_handle": "sara",
    "channel_url": "https://www.instagram.com/sara",
    "followers": 15_000,
    "followers_as_of": "2026-02-01",
    "posts": [{"url": "https://www.instagram.com/p/1", "published_at": "2026-02-01T10:00Z", "likes": 12}],
}


def lines(*records):
    return "\n".join(json.dumps(record) for record in records).encode()


def run(session, *records, **options):
    parsed = parse_influencers(lines(*records), file_format=FileFormat.JSONL, today=START.date())
    assert parsed.problems == ()
    return import_influencers(session, rows=parsed.rows, now=START, **options)


def counts(session):
    return [
        session.scalar(select(func.count()).select_from(table))
        for table in (Influencer, Channel, Metric, Post, AuditEntry)
    ]


class TestImportInfluencers:
    def test_writes_profile_channel_figure_posts_and_consent(self, session):
        outcome = run(session, RECORD)
        row = session.scalars(select(Influencer)).one()
        assert (outcome.created, row.status, row.consented_at.date().isoformat()) == (
            1,
            "listed",
            "2026-01-05",
        )
        assert session.scalars(select(Channel.proven_at)).all() == [None]
        assert session.scalars(select(Metric.value)).all() == [15_000]
        assert session.scalars(select(Post.likes)).all() == [12]

    def test_changes_nothing_at_the_second_time(self, session):
        run(session, RECORD)
        before = counts(session)
        outcome = run(session, RECORD)
        assert (outcome.unchanged, outcome.changed, outcome.created) == (1, 0, 0)
        assert counts(session) == before

    def test_changes_what_differs(self, session):
        run(session, RECORD)
        outcome = run(session, RECORD | {"bio": "Skincare and sun."})
        assert outcome.changed == 1
        assert session.scalars(select(Influencer.bio)).all() == ["Skincare and sun."]

    def test_lists_nobody_without_consent(self, session):
        run(session, RECORD | {"consented_on": ""})
        assert session.scalars(select(Influencer.status)).all() == ["draft"]

    def test_does_not_list_again_who_left(self, session):
        run(session, RECORD)
        row = session.scalars(select(Influencer)).one()
        withdraw_consent(session, actor=SYSTEM, influencer_id=row.id, now=START)
        run(session, RECORD)
        assert row.status == "paused"

    def test_reports_rows_the_database_refuses_and_leaves_nothing_of_them(self, session):
        create_influencer(session, handle="taken", name="Other", now=START)
        outcome = run(session, RECORD | {"external_ref": "r2", "handle": "taken"}, RECORD)
        assert [(problem.line, problem.column) for problem in outcome.problems] == [(1, "handle")]
        assert outcome.created == 1
        assert session.scalar(select(func.count()).select_from(Influencer)) == 2

    def test_keeps_handles(self, session):
        run(session, RECORD)
        outcome = run(session, RECORD | {"handle": "other"})
        assert [problem.column for problem in outcome.problems] == ["handle"]

    def test_tells_its_progress(self, session):
        told = []
        records = [
            RECORD
            | {"external_ref": f"r{n}", "handle": f"sara{n}", "channel_handle": f"sara{n}", "posts": []}
            for n in range(101)
        ]
        run(session, *records, on_progress=lambda done, total: told.append((done, total)))
        assert told == [(100, 101), (101, 101)]


class TestCommand:
    @pytest.fixture
    def invoke(self, services, monkeypatch, tmp_path):
        monkeypatch.setattr(cli, "load_services", lambda: services)

        def call(content, *options, name="people.jsonl"):
            path = tmp_path / name
            path.write_bytes(content)
            return CliRunner().invoke(cli.command, [str(path), *options])

        return call

    def stored(self, services):
        with services.sessions() as session:
            return session.scalar(select(func.count()).select_from(Influencer))

    def test_imports_a_file_and_prints_what_it_did(self, invoke, services):
        result = invoke(lines(RECORD))
        assert (result.exit_code, self.stored(services)) == (0, 1)
        assert "1 created, 0 changed, 0 unchanged." in result.output
        assert "0 created, 0 changed, 1 unchanged." in invoke(lines(RECORD)).output

    def test_imports_nothing_when_a_row_is_wrong(self, invoke, services):
        result = invoke(lines(RECORD, RECORD | {"external_ref": "r2", "handle": "x y"}))
        assert (result.exit_code, self.stored(services)) == (1, 0)
        assert "line 2, handle:" in result.output
        assert "Nothing was imported." in result.output

    def test_imports_nothing_when_the_database_refuses_a_row(self, invoke, services):
        invoke(lines(RECORD))
        result = invoke(
            lines(
                RECORD | {"external_ref": "r3", "handle": "new.one", "channel_handle": "new"},
                RECORD | {"handle": "moved"},
            )
        )
        assert (result.exit_code, self.stored(services)) == (1, 1)

    def test_imports_the_valid_rows_when_asked(self, invoke, services):
        result = invoke(lines(RECORD, {"name": "?"}), "--accept-valid")
        assert (result.exit_code, self.stored(services)) == (1, 1)

    def test_only_looks_when_asked(self, invoke, services):
        assert invoke(lines(RECORD), "--check").exit_code == 0
        assert self.stored(services) == 0

    def test_answers_programs_with_one_object(self, invoke):
        answer = json.loads(invoke(b"\xff", "--json").output)
        assert answer["is_imported"] is False
        assert [(problem["line"], problem["column"]) for problem in answer["problems"]] == [(1, "")]

    def test_asks_for_the_format_of_other_endings(self, invoke, services):
        assert invoke(lines(RECORD), name="people.txt").exit_code == 2
        assert invoke(lines(RECORD), "--format", "jsonl", name="people.txt").exit_code == 0
