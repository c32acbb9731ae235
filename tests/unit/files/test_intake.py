"""What may be uploaded and what is kept of it."""

import io

import pytest
from PIL import Image
from PIL.Image import Exif

from marketplace.files.intake import NAME_MAX, FileRefused, take_file
from marketplace.files.storage import open_files
from tests.application import MemoryFiles

ORIENTATION, PLACE, MAKER = 0x0112, 0x8825, 0x010F


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 20), mode: str = "RGB", **options) -> bytes:
    content = io.BytesIO()
    Image.new(mode, size).save(content, kind, **options)
    return content.getvalue()


def take(
    content: bytes, *, files: MemoryFiles | None = None, name: str = "a.jpg", bytes_max: int = 1_000_000
):
    return take_file(files or MemoryFiles(), name=name, content=content, bytes_max=bytes_max, folder="f")


def kept(content: bytes) -> Image.Image:
    files = MemoryFiles()
    return Image.open(io.BytesIO(files.get(take(content, files=files).storage_key)))


class TestNames:
    def test_keep_their_ending_and_show_that_their_middle_is_left_out(self):
        name = take(picture(), name="folder/" + "report " * 40 + "of March.pdf").name
        assert name.startswith("report report")
        assert name.endswith("of March.pdf")
        assert ("…" in name, len(name) <= NAME_MAX) == (True, True)

    def test_stay_whole_where_they_fit(self):
        assert take(picture(), name="C:\\shots\\a.jpg").name == "a.jpg"


class TestPictures:
    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
    def test_are_encoded_anew(self, kind):
        files = MemoryFiles()
        stored = take(picture(kind), files=files)
        assert stored.media_type == "image/webp"
        assert stored.storage_key == f"f/{stored.sha256}.webp"
        assert Image.open(io.BytesIO(files.get(stored.storage_key))).format == "WEBP"
        assert stored.size_bytes == len(files.get(stored.storage_key))

    def test_lose_where_and_with_what_they_were_taken(self):
        exif = Exif()
        exif[MAKER] = "Camera of Noura"
        exif.get_ifd(PLACE)[1] = "N"
        content = picture(exif=exif, comment=b"secret place")
        assert b"Camera of Noura" in content
        files = MemoryFiles()
        again = files.get(take(content, files=files).storage_key)
        assert b"Camera" not in again
        assert b"secret" not in again
        assert not Image.open(io.BytesIO(again)).getexif()

    def test_stand_upright(self):
        exif = Exif()
        exif[ORIENTATION] = 6
        assert kept(picture(size=(40, 20), exif=exif)).size == (20, 40)

    def test_keep_what_is_transparent(self):
        assert kept(picture("PNG", mode="RGBA")).mode == "RGBA"

    def test_are_made_smaller_when_too_large(self):
        assert kept(picture(size=(6_000, 100))).size[0] == 4_096

    def test_are_refused_with_too_many_pixels_before_they_are_unpacked(self):
        bomb = picture("PNG", size=(8_000, 8_000), mode="1")
        assert len(bomb) < 50_000
        with pytest.raises(FileRefused, match="pixels"):
            take(bomb)

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
    def test_are_refused_when_cut_off_or_damaged(self, kind):
        whole = picture(kind, size=(64, 64))
        for length in range(1, len(whole) // 2, max(1, len(whole) // 40)):
            with pytest.raises(FileRefused):
                take(whole[:length])


class TestRefusals:
    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
            ("a.html", b"<!doctype html><script>alert(1)</script>"),
            ("a.jpg", b"MZ\x90\x00"),
            ("a.bmp", picture("BMP")),
            ("a.tiff", picture("TIFF")),
            ("a.pdf", b"plain text"),
            ("a.jpg", b""),
        ],
    )
    def test_meet_everything_else_whatever_its_name(self, name, content):
        files = MemoryFiles()
        with pytest.raises(FileRefused):
            take(content, files=files, name=name)
        assert files.contents == {}

    def test_meet_what_is_too_large(self):
        with pytest.raises(FileRefused, match="at most 1 MB"):
            take(b"%PDF-" + b"x" * 1_000_000)


class TestDocuments:
    def test_are_kept_as_they_are(self):
        files = MemoryFiles()
        stored = take(b"%PDF-1.7\n...", files=files, name="C:\\Users\\noura\\../../brief.pdf")
        assert (stored.name, stored.media_type) == ("brief.pdf", "application/pdf")
        assert files.get(stored.storage_key) == b"%PDF-1.7\n..."


class TestStorage:
    @pytest.mark.parametrize("place", ["memory:", "folder"])
    def test_gives_back_what_it_was_given(self, tmp_path, place):
        files = open_files(place if place == "memory:" else f"file://{tmp_path / 'files'}")
        files.put("f/a.webp", b"content")
        assert files.get("f/a.webp") == b"content"
        with pytest.raises(FileNotFoundError):
            files.get("f/missing.webp")
