"""Reading import files: every bad row is told with its line, column and reason; nothing in a file raises."""

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.influencers.import_rows import COLUMNS
from marketplace.influencers.importing import FileFormat, format_of, parse_influencers

TODAY = date(2026, 3, 1)
HEADER = "external_ref,handle,name,languages,country,claimed_topics,consented_on,platform,channel_handle,channel_url,followers,followers_as_of"
ROW = "r1,@Sara.Skin,سارة,ar|en,sa,skincare|makeup,2026-01-05,instagram,@sara,https://www.instagram.com/sara,15000,2026-02-01"
RECORD = {
    "external_ref": "r1",
    "handle": "sara.skin",
    "name": "Sara",
    "languages": ["ar"],
    "platform": "instagram",
    "channel_handle": "sara",
    "channel_url": "https://www.instagram.com/sara",
    "posts": [
        {
            "url": "https://www.instagram.com/p/1",
            "published_at": "2026-02-01T10:00",
            "likes": 12,
            "hashtags": ["a"],
        }
    ],
}


def csv_file(*lines, header=HEADER, end="\n"):
    return end.join([header, *lines]).encode()


def parse(content, file_format=FileFormat.CSV):
    return parse_influencers(content, file_format=file_format, today=TODAY)


def parse_record(**changes):
    return parse(json.dumps(RECORD | changes).encode(), FileFormat.JSONL)


def places(parsed):
    return [(problem.line, problem.column) for problem in parsed.problems]


class TestParseCsv:
    @pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["without mark", "with mark"])
    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    def test_reads_a_row(self, mark, end):
        parsed = parse(mark + csv_file(ROW, end=end))
        assert parsed.problems == ()
        row = parsed.rows[0]
        assert (row.line, row.external_ref, row.handle, row.consented_on) == (
            2,
            "r1",
            "sara.skin",
            date(2026, 1, 5),
        )
        assert row.profile["name"] == "سارة"
        assert row.profile["languages"] == ["ar", "en"]
        assert row.profile["country"] == "SA"
        assert (row.channel.handle, row.channel.followers, row.channel.followers_source) == (
            "sara",
            15_000,
            "self_declared",
        )

    def test_leaves_out_empty_lines_and_counts_quoted_ones(self):
        parsed = parse(csv_file(",,,,,,,,,,,", "", '"r1",sara.skin,"Sa\nra",,,,,,,,,', "r2,x,Bad,,,,,,,,,"))
        assert [row.line for row in parsed.rows] == [4]
        assert places(parsed) == [(6, "handle")]

    @pytest.mark.parametrize(
        ("header", "expected"),
        [
            ("external_ref,handle", [(1, "name")]),
            ("external_ref,handle,name,shoe_size", [(1, "shoe_size")]),
            ("external_ref,handle,name,name", [(1, "name"), (1, "name")]),
            ("", [(1, "external_ref"), (1, "handle"), (1, "name")]),
        ],
    )
    def test_tells_what_is_wrong_with_the_header_first(self, header, expected):
        parsed = parse(csv_file("r1,sara,Sara,1", header=header))
        assert [place for place in places(parsed) if place[1]] == expected
        assert parsed.rows == ()

    @pytest.mark.parametrize(
        ("row", "column"),
        [
            (ROW.replace(",sa,", ",XX,"), "country"),
            (ROW.replace("skincare|makeup", "knitting-dragons"), "claimed_topics"),
            (ROW.replace("ar|en", "klingon"), "languages"),
            (ROW.replace("15000", "١٥٠٠٠"), "followers"),
            (ROW.replace("15000", "-5"), "followers"),
            (ROW.replace("15000", "3000000000"), "followers"),
            (ROW.replace("15000", ""), "followers"),
            (ROW.replace("2026-02-01", ""), "followers_as_of"),
            (ROW.replace("2026-02-01", "2026-03-02"), "followers_as_of"),
            (ROW.replace("2026-01-05", "05/01/2026"), "consented_on"),
            (ROW.replace("https://", "javascript:"), "channel_url"),
            (ROW.replace("www.instagram.com", "www.tiktok.com"), "channel_url"),
            (ROW.replace("instagram,@", "friendster,@"), "platform"),
            (ROW.replace("@Sara.Skin", "سارة"), "handle"),
            (ROW.replace("r1,", ","), "external_ref"),
            (ROW.replace("r1,", "r" * 121 + ","), "external_ref"),
            (ROW.replace("سارة", "x" * 121), "name"),
            (ROW.replace("سارة", "Sa\x07ra"), "name"),
            (ROW + ",too,many", ""),
            ("r1,short", ""),
        ],
    )
    def test_tells_line_and_column_of_what_is_wrong(self, row, column):
        parsed = parse(csv_file(row))
        assert places(parsed) == [(2, column)]
        assert parsed.rows == ()
        assert parsed.problems[0].reason

    def test_tells_of_repeated_keys(self):
        parsed = parse(csv_file(ROW, ROW.replace("r1", "r2"), ROW.replace("Sara.Skin", "other")))
        assert places(parsed) == [(3, "handle"), (4, "external_ref")]
        assert len(parsed.rows) == 1

    def test_asks_for_a_channel_where_somebody_is_listed(self):
        parsed = parse(csv_file("r1,sara.skin,Sara,,,,2026-01-05,,,,,"))
        assert places(parsed) == [(2, "consented_on")]

    def test_tells_the_line_of_bytes_that_are_not_utf8(self):
        parsed = parse(csv_file(ROW) + b"\nr2,omar,\xff\xfe,,,,,,,,,")
        assert places(parsed) == [(3, "")]

    def test_tells_of_a_file_without_rows(self):
        assert places(parse(csv_file())) == [(1, "")]

    def test_goes_on_after_a_line_that_is_no_csv(self):
        parsed = parse(csv_file('r0,"a"b,Bad,,,,,,,,,', ROW))
        assert places(parsed) == [(2, "")]
        assert [row.external_ref for row in parsed.rows] == ["r1"]

    @given(content=st.binary(max_size=400))
    def test_never_raises_for_what_stands_in_a_file(self, content):
        for file_format in FileFormat:
            parsed = parse(content, file_format)
            assert parsed.rows or parsed.problems

    @given(cells=st.lists(st.text(max_size=20), min_size=len(COLUMNS), max_size=len(COLUMNS)))
    def test_never_raises_for_what_stands_in_a_row(self, cells):
        record = dict(zip(COLUMNS, cells, strict=True))
        parsed = parse(json.dumps(record).encode(), FileFormat.JSONL)
        assert parsed.rows or parsed.problems


class TestParseJsonLines:
    def test_reads_posts(self):
        post = parse_record().rows[0].posts[0]
        assert (post.likes, post.views, post.hashtags) == (12, None, ("a",))
        assert post.published_at == datetime(2026, 2, 1, 10, 0, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("changes", "column"),
        [
            ({"posts": {}}, "posts"),
            ({"posts": ["x"]}, "posts.0"),
            ({"posts": [{"url": "x", "published_at": "2026-02-01"}]}, "posts.0.url"),
            ({"posts": [{"url": "https://a.example/1", "published_at": "soon"}]}, "posts.0.published_at"),
            (
                {"posts": [{"url": "https://a.example/1", "published_at": "2027-01-01"}]},
                "posts.0.published_at",
            ),
            (
                {"posts": [{"url": "https://a.example/1", "published_at": "2026-01-01", "likes": -4}]},
                "posts.0.likes",
            ),
            (
                {"posts": [{"url": "https://a.example/1", "published_at": "2026-01-01", "likes": 1.5}]},
                "posts.0.likes",
            ),
            ({"platform": "", "channel_handle": "", "channel_url": ""}, "posts"),
            ({"name": ["Sara"]}, "name"),
            ({"name": True}, "name"),
            ({"languages": [1]}, "languages"),
            ({"followers": {}}, "followers"),
            ({"unknown": 1}, "unknown"),
        ],
    )
    def test_tells_the_column_of_what_is_wrong(self, changes, column):
        assert places(parse_record(**changes)) == [(1, column)]

    @pytest.mark.parametrize("line", ["[]", "{", "null", "1", '"x"', "[" * 5_000])
    def test_tells_of_lines_that_are_no_object(self, line):
        assert places(parse(f"\n{line}\n".encode(), FileFormat.JSONL)) == [(2, "")]


class TestFormatOf:
    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("a.csv", "csv"),
            ("A.CSV", "csv"),
            ("a.jsonl", "jsonl"),
            ("a.ndjson", "jsonl"),
            ("a.xlsx", None),
            ("csv", "csv"),
        ],
    )
    def test_reads_the_ending(self, name, expected):
        assert format_of(name) == expected
