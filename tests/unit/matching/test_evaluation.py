import json
from typing import Any

import pytest

from matching.adapters.memory import MemoryIndex
from matching.evaluation import evaluate, format_report
from matching.evaluation_input import EvaluationInputInvalid, read_evaluation
from tests.builders.matching.documents import NOW, TODAY
from tests.builders.matching.encoders import WordEncoder

CREATORS: list[dict[str, Any]] = [
    {
        "id": "c1",
        "pool": "a",
        "name": "Serum Lab",
        "text": "skincare serum",
        "followers": 5_000_000,
        "country": None,
        "lang": "en",
    },
    {
        "id": "c2",
        "pool": "a",
        "name": "Oven",
        "text": "baking cakes",
        "followers": None,
        "country": "SA",
        "lang": None,
    },
    {"id": "c3", "pool": "b", "name": "Serum", "text": "", "followers": 10, "country": None, "lang": "fa"},
]
BRIEFS: list[dict[str, Any]] = [
    {"qid": "q1", "pool": "a", "forms": {"en_label": "Skincare serum", "en_brief": "We want a serum"}},
    {"qid": "q2", "pool": "a", "forms": {"en_label": "..."}},
]


def write(folder, *, creators=CREATORS, briefs=BRIEFS, labels=None):
    (folder / "creators.jsonl").write_text("\n".join(json.dumps(row) for row in creators), encoding="utf-8")
    (folder / "briefs.jsonl").write_text("\n".join(json.dumps(row) for row in briefs), encoding="utf-8")
    if labels is not None:
        (folder / "qrels.tsv").write_text(labels, encoding="utf-8")
    return folder


def run(folder, **changes):
    return evaluate(
        folder,
        folder / "out.jsonl",
        index_factory=lambda _path: MemoryIndex(),
        encoder=WordEncoder(),
        now=NOW,
        **changes,
    )


def rankings(folder):
    lines = (folder / "out.jsonl").read_text(encoding="utf-8").splitlines()
    return {(row["qid"], row["form"]): row["ranking"] for row in map(json.loads, lines)}


class TestEvaluate:
    def test_ranks_everybody_of_every_pool_with_the_gate_open(self, tmp_path):
        run(write(tmp_path))
        found = rankings(tmp_path)
        assert set(found) == {("q1", "en_label"), ("q1", "en_brief"), ("q2", "en_label")}
        assert set(found["q1", "en_label"]) == {"c1", "c2", "c3"}
        assert found["q1", "en_label"][-1] == "c2"

    def test_gives_an_empty_ranking_for_a_brief_without_words(self, tmp_path):
        run(write(tmp_path))
        assert rankings(tmp_path)["q2", "en_label"] == []

    def test_never_lets_the_pool_decide(self, tmp_path):
        run(write(tmp_path))
        before = rankings(tmp_path)
        run(write(tmp_path, creators=[{**row, "pool": "z"} for row in CREATORS]))
        assert rankings(tmp_path) == before

    def test_measures_nothing_without_labels(self, tmp_path):
        report = run(write(tmp_path))
        assert report.forms == ()
        assert "nothing is measured" in format_report(report)

    def test_measures_labelled_briefs_within_their_pool_against_the_encoder(self, tmp_path):
        report = run(write(tmp_path, labels="q1\t0\tc1\t1\n"))
        label = next(form for form in report.forms if form.form == "en_label")
        assert (label.briefs, label.ndcg_10, label.base_ndcg_10) == (1, 1.0, 1.0)
        assert (label.difference, label.p_value) == (0.0, 1.0)
        assert "en_label" in format_report(report)

    def test_leaves_out_forms_without_a_labelled_brief(self, tmp_path):
        briefs = [*BRIEFS, {"qid": "q3", "forms": {"ar_brief": "سيروم"}}]
        report = run(write(tmp_path, briefs=briefs, labels="q1\t0\tc1\t1\n"))
        assert [form.form for form in report.forms] == ["en_label", "en_brief"]

    def test_counts_all_pools_for_a_brief_without_one(self, tmp_path):
        briefs = [{"qid": "q1", "forms": {"en_label": "Serum"}}]
        report = run(write(tmp_path, briefs=briefs, labels="q1\t0\tc3\t1\nq1\t0\tc1\t1\n"))
        assert report.forms[0].ndcg_10 == 1.0

    def test_tells_its_progress(self, tmp_path):
        steps = []
        run(write(tmp_path), progress=lambda *step: steps.append(step))
        assert steps == [("index", 3, 3), ("rank", 1, 3), ("rank", 2, 3), ("rank", 3, 3)]


class TestReadEvaluation:
    def read(self, folder):
        return read_evaluation(folder, read_on=TODAY)

    def test_reads_unknown_fields_as_unknown(self, tmp_path):
        documents = {d.id: d for d in self.read(write(tmp_path)).documents}
        assert documents["c2"].channels == ()
        assert documents["c2"].languages == ()
        assert documents["c1"].country is None
        assert documents["c1"].channels[0].followers.value == 5_000_000

    def test_joins_the_lines_of_one_creator(self, tmp_path):
        twice = [CREATORS[0], {**CREATORS[0], "text": "sunscreen"}, CREATORS[0]]
        (document,) = self.read(write(tmp_path, creators=twice)).documents
        assert document.bio == "skincare serum sunscreen"

    def test_takes_files_with_a_byte_order_mark_and_blank_lines(self, tmp_path):
        write(tmp_path)
        text = "\ufeff\n" + json.dumps(CREATORS[1]) + "\r\n\n"
        (tmp_path / "creators.jsonl").write_text(text, encoding="utf-8")
        assert [d.id for d in self.read(tmp_path).documents] == ["c2"]

    @pytest.mark.parametrize(
        ("creator", "complaint"),
        [
            ({**CREATORS[0], "followers": "many"}, "followers must be a number"),
            ({**CREATORS[0], "followers": True}, "followers must be a number"),
            ({**CREATORS[0], "followers": -1}, "followers must be a number"),
            ({**CREATORS[0], "id": ""}, "id is missing"),
            (["c1"], "not an object"),
        ],
    )
    def test_names_file_line_and_reason_of_a_bad_creator(self, tmp_path, creator, complaint):
        with pytest.raises(EvaluationInputInvalid, match=f"creators.jsonl line 2: {complaint}"):
            self.read(write(tmp_path, creators=[CREATORS[1], creator]))

    @pytest.mark.parametrize("forms", [None, ["x"], {"en": 3}])
    def test_names_a_brief_without_texts(self, tmp_path, forms):
        with pytest.raises(EvaluationInputInvalid, match=r"briefs\.jsonl line 1: forms"):
            self.read(write(tmp_path, briefs=[{"qid": "q", "forms": forms}]))

    @pytest.mark.parametrize("line", ["q1 c1 1", "q1\t0\tc1\tgood"])
    def test_names_a_bad_label(self, tmp_path, line):
        with pytest.raises(EvaluationInputInvalid, match=r"qrels\.tsv line 1"):
            self.read(write(tmp_path, labels=line))

    def test_names_a_missing_file(self, tmp_path):
        with pytest.raises(EvaluationInputInvalid, match="cannot be read"):
            self.read(tmp_path)

    def test_names_text_that_is_not_json(self, tmp_path):
        write(tmp_path)
        (tmp_path / "briefs.jsonl").write_text("{oops", encoding="utf-8")
        with pytest.raises(EvaluationInputInvalid, match=r"briefs\.jsonl line 1: not JSON"):
            self.read(tmp_path)

    def test_names_a_file_that_is_not_utf_8(self, tmp_path):
        write(tmp_path)
        (tmp_path / "briefs.jsonl").write_bytes(b"\xff\xfe")
        with pytest.raises(EvaluationInputInvalid, match="not UTF-8"):
            self.read(tmp_path)
