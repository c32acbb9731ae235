"""`athar import comments`: whole rows in, every other one named, the same file twice changes nothing."""

import json

import pytest
from sqlalchemy import select

from marketplace.authenticity.models import CommentSample
from marketplace.db import transaction
from tests.builders.people import build_influencer
from tests.builders.posts import build_posts
from tests.integration.cli.test_commands import DONE, FOUND_WRONG, run, sessions

__all__ = ["run", "sessions"]

HEADER = "post_url,account,minutes\n"


@pytest.fixture
def url(sessions) -> str:
    """The address of a post that is known."""
    with transaction(sessions) as session:
        (post,) = build_posts(session, build_influencer(session), ["Cold brew at home"])
        return post.url


def kept(sessions) -> set[tuple[str, int]]:
    with transaction(sessions) as session:
        return {(row.account, row.minutes) for row in session.scalars(select(CommentSample))}


class TestImportComments:
    def test_keeps_the_first_comment_of_each_account_once(self, run, sessions, url, tmp_path):
        file = tmp_path / "comments.csv"
        file.write_text(f"{HEADER}{url},@Omar,5\n{url},omar,9\n{url},sara.k,40\n", encoding="utf-8-sig")
        first, again = (run("import", "comments", str(file), "--json") for _each in range(2))
        assert (first.exit_code, again.exit_code) == (DONE, DONE)
        assert [json.loads(each.stdout)["added"] for each in (first, again)] == [2, 0]
        assert kept(sessions) == {("omar", 5), ("sara.k", 40)}

    def test_takes_nothing_where_a_row_is_wrong_unless_asked(self, run, sessions, url, tmp_path):
        file = tmp_path / "comments.csv"
        rows = f"{url},omar,5\n{url},omar,soon\n{url}, @ ,5\nhttps://nowhere.example/p/1,omar,5\n{url},omar\n"
        file.write_text(HEADER + rows)
        refused = run("import", "comments", str(file))
        assert refused.exit_code == FOUND_WRONG
        assert [line.split(":")[0] for line in refused.stderr.splitlines()] == [
            "line 3, minutes", "line 4, account", "line 5, post_url", "line 6",
        ]  # fmt: skip
        assert "Nothing was imported." in refused.stdout
        assert kept(sessions) == set()
        assert run("import", "comments", str(file), "--accept-valid").exit_code == FOUND_WRONG
        assert kept(sessions) == {("omar", 5)}

    @pytest.mark.parametrize(
        ("content", "place"),
        [
            (b"", "line 1"), (b"post_url,account\n", "line 1, minutes"), (b"\xff\xfe", "line 1"),
            (b"post_url,account,minutes,text\n", "line 1, text"),
        ],
    )  # fmt: skip
    def test_says_what_is_wrong_with_a_file(self, run, tmp_path, content, place, sessions):
        file = tmp_path / "comments.csv"
        file.write_bytes(content)
        ended = run("import", "comments", str(file))
        assert ended.exit_code == FOUND_WRONG
        assert ended.stderr.startswith(f"{place}: ")
        assert kept(sessions) == set()
