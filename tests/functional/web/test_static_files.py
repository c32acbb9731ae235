"""Static files on their way: in gzip for who takes it, plain otherwise, and never a page."""

import gzip
import re

import pytest

from marketplace.web.static_files import STATIC, digest_of

CSS = "/static/tokens.css"
TAKES = {"Accept-Encoding": "br, gzip"}
CSS_ADDRESS = re.compile(r'url\("([^"?]+)\?v=([0-9a-f]+)"\)')


class TestSending:
    @pytest.mark.parametrize("name", ["tokens.css", "app.js", "mark.svg", "vendor/manifest.json"])
    def test_packs_text_and_says_so(self, client, name):
        with client.get(f"/static/{name}", headers=TAKES) as answer:
            assert answer.headers["Content-Encoding"] == "gzip"
            assert "Accept-Encoding" in answer.headers["Vary"]
            assert gzip.decompress(answer.data) == (STATIC / name).read_bytes()
            assert int(answer.headers["Content-Length"]) == len(answer.data)

    @pytest.mark.parametrize(
        "headers", [{}, {"Accept-Encoding": "identity"}, {"Accept-Encoding": "gzip;q=0"}]
    )
    def test_is_plain_for_who_does_not_take_it(self, client, headers):
        with client.get(CSS, headers=headers) as answer:
            assert "Content-Encoding" not in answer.headers
            assert answer.data == (STATIC / "tokens.css").read_bytes()
            assert "Accept-Encoding" in answer.headers["Vary"]

    def test_leaves_fonts_alone_which_are_packed_already(self, client):
        with client.get("/static/vendor/plex-sans-latin-400.woff2", headers=TAKES) as answer:
            assert "Content-Encoding" not in answer.headers

    def test_sends_parts_of_the_file_itself(self, client):
        with client.get(CSS, headers=TAKES | {"Range": "bytes=0-9"}) as answer:
            assert "Content-Encoding" not in answer.headers
            assert answer.data == (STATIC / "tokens.css").read_bytes()[:10]

    def test_says_when_nothing_has_changed(self, client):
        with client.get(CSS, headers=TAKES) as answer:
            since = answer.headers["Last-Modified"]
        with client.get(CSS, headers=TAKES | {"If-Modified-Since": since}) as answer:
            assert answer.status_code == 304

    def test_has_no_body_for_a_head(self, client):
        answer = client.head(CSS, headers=TAKES)
        assert (answer.status_code, answer.data) == (200, b"")

    def test_packs_no_page_and_no_missing_file(self, client):
        for path in ("/", "/sign-in", "/static/none.css", "/api/v1/notices"):
            assert "Content-Encoding" not in client.get(path, headers=TAKES).headers


class TestDigests:
    def test_in_style_sheets_are_those_of_the_files(self):
        found = [
            (name, digest)
            for sheet in STATIC.glob("*.css")
            for name, digest in CSS_ADDRESS.findall(sheet.read_text())
        ]
        assert len(found) == 4
        assert [(name, digest_of(name)) for name, _digest in found] == found
