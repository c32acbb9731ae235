"""`athar evaluate`: a folder of outside data in, rankings out, and what they are worth where there are labels."""

import json

from click.testing import CliRunner

from marketplace.cli.main import main

CREATORS = [
    {"id": "a", "pool": "p", "name": "Sara", "text": "specialty coffee and home espresso", "followers": None, "country": None, "lang": "en"},
    {"id": "b", "pool": "p", "name": "Omar", "text": "car reviews and engines", "followers": 5000, "country": "SA", "lang": "en"},
]  # fmt: skip
BRIEF = {"qid": "q1", "forms": {"en_brief": "We look for people who brew coffee at home.", "ar_brief": "نبحث عمن يحضّر القهوة في البيت"}}  # fmt: skip


def test_ranks_and_measures_as_one_json_object(tmp_path, monkeypatch):
    monkeypatch.setenv("ATHAR_HOME", str(tmp_path / "home"))
    (tmp_path / "creators.jsonl").write_text("".join(json.dumps(row) + "\n" for row in CREATORS))
    (tmp_path / "briefs.jsonl").write_text(json.dumps(BRIEF) + "\n")
    (tmp_path / "qrels.tsv").write_text("q1 0 a 3\nq1 0 b 0\n")
    out = tmp_path / "run.jsonl"
    ended = CliRunner().invoke(main, ["evaluate", str(tmp_path), "--run", str(out), "--json"])
    assert ended.exit_code == 0
    report = json.loads(ended.stdout)
    assert (report["creators"], report["briefs"], report["rankings"]) == (2, 1, 2)
    assert {form["form"]: form["ndcg_10"] for form in report["forms"]} == {"en_brief": 1.0, "ar_brief": 1.0}
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert lines == [{"qid": "q1", "form": form, "ranking": ["a", "b"]} for form in BRIEF["forms"]]
