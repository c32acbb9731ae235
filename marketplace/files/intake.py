"""What may be uploaded: images (re-encoded, which strips their metadata) and PDF, checked by content, limited in size."""

import hashlib
import io
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from marketplace.errors import Invalid
from marketplace.services import FileStore
from marketplace.web.formats import lazily, number
from marketplace.web.language import lazy_gettext as _

IMAGE_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
NAME_MAX, NAME_KEPT = 150, 70
PIXELS_MAX = 50_000_000
SIDE_MAX = 4_096
WEBP_QUALITY = 88
PDF_MARK = b"%PDF-"


class FileRefused(Invalid):
    """The file is of no kind we keep, too large or damaged."""

    code = "file_refused"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What was kept: `sha256` and `size_bytes` are of the stored content."""

    name: str
    media_type: str
    size_bytes: int
    sha256: str
    storage_key: str


def _webp(content: bytes) -> bytes:
    try:
        with Image.open(io.BytesIO(content), formats=IMAGE_FORMATS) as image:
            if image.width * image.height > PIXELS_MAX:
                raise FileRefused(
                    _("This picture has too many pixels: at most %(most)s.", most=lazily(number, PIXELS_MAX))
                )
            image.load()
            upright = ImageOps.exif_transpose(image)  # the mark that says how to turn it goes with the rest
            plain = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise FileRefused(
            _("We keep JPEG, PNG, WebP and GIF pictures and PDF files. This one cannot be read.")
        ) from error
    plain.thumbnail((SIDE_MAX, SIDE_MAX))
    encoded = io.BytesIO()
    plain.save(encoded, "WEBP", quality=WEBP_QUALITY)
    return encoded.getvalue()


def take_file(files: FileStore, *, name: str, content: bytes, bytes_max: int, folder: str) -> StoredFile:
    """Check, re-encode and keep one upload.

    Raises:
        FileRefused: with what to do instead.
    """
    if not content:
        raise FileRefused(_("This file is empty."))
    if len(content) > bytes_max:
        raise FileRefused(_("This file is too large: at most %(size)s MB.", size=bytes_max // 1_000_000))
    is_pdf = content.startswith(PDF_MARK)
    kept = content if is_pdf else _webp(content)
    media_type, ending = ("application/pdf", "pdf") if is_pdf else ("image/webp", "webp")
    digest = hashlib.sha256(kept).hexdigest()
    key = f"{folder}/{digest}.{ending}"
    files.put(key, kept)
    return StoredFile(plain_name(name), media_type, len(kept), digest, key)


def plain_name(name: str) -> str:
    """Return the name of an upload without its folders; a long one loses its middle, which a sign shows, not its ending."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1] or "file"
    return last if len(last) <= NAME_MAX else f"{last[:NAME_KEPT]}…{last[-NAME_KEPT:]}"
