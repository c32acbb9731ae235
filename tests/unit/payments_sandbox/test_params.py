import pytest

from payments.sandbox.errors import ParameterInvalid
from payments.sandbox.params import Params, decode_form, merge_metadata


class TestDecodeForm:
    def test_nests_by_brackets(self):
        assert decode_form("a[b][c]=1&a[b][d]=2&e=3") == {"a": {"b": {"c": "1", "d": "2"}}, "e": "3"}

    def test_makes_lists_of_numbered_and_of_empty_brackets(self):
        assert decode_form("a[0][x]=1&a[1][x]=2&b[]=3&b[]=4") == {
            "a": [{"x": "1"}, {"x": "2"}],
            "b": ["3", "4"],
        }

    def test_keeps_list_order_beyond_ten(self):
        text = "&".join(f"a[{place}]={place}" for place in reversed(range(12)))
        assert decode_form(text)["a"] == [str(place) for place in range(12)]

    @pytest.mark.parametrize("text", ["a]b=1", "a[b=1", "a=1&a[b]=2", "a[b]=1&a[b][c]=2", "[a]=1"])
    def test_refuses_names_that_contradict_themselves(self, text):
        with pytest.raises(ParameterInvalid):
            decode_form(text)


class TestParams:
    def test_refuses_what_nobody_read_at_any_depth(self):
        params = Params({"a": {"b": "1", "typo": "2"}})
        params.mapping("a").text("b")
        with pytest.raises(ParameterInvalid) as refused:
            params.close()
        assert (refused.value.code, refused.value.param) == ("parameter_unknown", "a[typo]")

    def test_names_what_is_missing(self):
        with pytest.raises(ParameterInvalid) as refused:
            Params({"a": [{}]}).levels("a")[0].required_integer("amount")
        assert (refused.value.code, refused.value.param) == ("parameter_missing", "a[0][amount]")

    @pytest.mark.parametrize("value", ["10.0", "1e3", "ten", "1 0", "NaN", "9" * 30, True, 1.5])
    def test_takes_whole_numbers_only(self, value):
        with pytest.raises(ParameterInvalid, match="Invalid integer"):
            Params({"n": value}).integer("n")

    def test_reads_types(self):
        params = Params({"n": "-5", "yes": "true", "word": "b", "list": ["x"]})
        assert params.integer("n") == -5
        assert params.boolean("yes") is True
        assert params.boolean("absent", default=True) is True
        assert params.choice("word", ("a", "b")) == "b"
        assert params.texts("list") == ["x"]
        params.close()

    @pytest.mark.parametrize(
        "call",
        [
            lambda p: p.boolean("x"),
            lambda p: p.choice("x", ("a",)),
            lambda p: p.mapping("x"),
            lambda p: p.levels("x"),
            lambda p: p.texts("x"),
        ],
    )
    def test_refuses_other_shapes(self, call):
        params = Params({"x": "maybe"})
        with pytest.raises(ParameterInvalid):
            call(params)

    def test_limits_metadata(self):
        with pytest.raises(ParameterInvalid, match="50 keys"):
            Params({"metadata": {"k": "v" * 501}}).metadata()


class TestMergeMetadata:
    def test_replaces_keeps_and_removes(self):
        assert merge_metadata({"a": "1", "b": "2", "c": "3"}, {"a": "9", "b": ""}) == {"a": "9", "c": "3"}
