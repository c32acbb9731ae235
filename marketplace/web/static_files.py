"""Static files as they are sent: compressed where that helps, kept for ever under the address that carries their digest.

Only these are compressed. Pages and API answers hold secrets (the token of a form, amounts) beside words that a visitor
chose, and the length of a compressed answer tells whether the two are alike (BREACH).
"""

import gzip
import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, request

STATIC = Path(__file__).parent.parent / "static"
COMPRESSED = (".css", ".js", ".json", ".svg", ".txt")
DIGEST_LENGTH = 12


@cache
def digest_of(name: str) -> str:
    """Return the digest of a static file that its address carries; "missing" for one that is not there."""
    path = STATIC / name
    return hashlib.sha256(path.read_bytes()).hexdigest()[:DIGEST_LENGTH] if path.is_file() else "missing"


@cache
def compressed(name: str) -> bytes:
    """Return a file in gzip, packed once a process. The same file gives the same bytes."""
    return gzip.compress((STATIC / name).read_bytes(), compresslevel=9, mtime=0)


class StaticFilesFlask(Flask):
    """Sends static files in gzip to who takes it."""

    def send_static_file(self, filename: str) -> Response:
        answer = super().send_static_file(filename)
        if not filename.endswith(COMPRESSED):
            return answer
        answer.vary.add("Accept-Encoding")
        # a part of a file is asked for in the bytes of the file; answers without a body have nothing to compress
        if (
            answer.status_code != 200
            or not request.accept_encodings.quality("gzip")
            or "Range" in request.headers
        ):
            return answer
        packed = Response(compressed(filename), mimetype=answer.mimetype)
        packed.headers.extend(
            (name, value)
            for name, value in answer.headers
            if name in {"Cache-Control", "Last-Modified", "Vary"}
        )
        packed.headers["Content-Encoding"] = "gzip"
        answer.close()
        return packed
