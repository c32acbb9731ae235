from matching.ablation import BASELINES, PARTS, WHOLE, format_variants
from tests.unit.matching.test_evaluation import run, write

LABELS = "q1\t0\tc1\t1\n"


class TestAblation:
    def test_gives_a_row_a_variant_and_labelled_form(self, tmp_path):
        report = run(write(tmp_path, labels=LABELS), is_ablated=True)
        assert {(row.variant, row.form) for row in report.variants} == {
            (variant, form) for variant in (WHOLE, *BASELINES, *PARTS) for form in ("en_label", "en_brief")
        }

    def test_finds_the_relevant_one_by_the_whole_engine_and_not_by_followers_alone(self, tmp_path):
        rows = {
            (row.variant, row.form): row
            for row in run(write(tmp_path, labels=LABELS.replace("c1", "c2")), is_ablated=True).variants
        }
        assert rows["followers", "en_label"].ndcg_10 < 1.0
        assert rows[WHOLE, "en_label"].difference == 0.0
        assert rows[WHOLE, "en_label"].p_value == 1.0

    def test_is_left_out_unless_asked_for(self, tmp_path):
        assert run(write(tmp_path, labels=LABELS)).variants == ()

    def test_prints_a_table_with_every_variant(self, tmp_path):
        table = format_variants(run(write(tmp_path, labels=LABELS), is_ablated=True).variants)
        assert all(f"| {name} |" in table for name in (WHOLE, *BASELINES, *PARTS))


class TestBase:
    def test_compares_with_the_rankings_of_an_earlier_run(self, tmp_path):
        folder = write(tmp_path, labels=LABELS)
        run(folder)
        (folder / "out.jsonl").rename(folder / "earlier.jsonl")
        report = run(folder, base_path=folder / "earlier.jsonl")
        assert report.base == "earlier.jsonl"
        assert all(form.difference == 0.0 and form.p_value == 1.0 for form in report.forms)
