"""A sheet as the answer to a request."""

import re
from datetime import datetime

from flask import Response, request

from marketplace.documents.sheets import Sheet
from marketplace.web.language import LANGUAGES, current_language

NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9._-]+")


def asked_language() -> str:
    """Return the language of the address, else that of the reader."""
    asked = request.args.get("language", "")
    return asked if asked in LANGUAGES else current_language()


def pdf_answer(sheet: Sheet, *, made_at: datetime, name: str) -> Response:
    """Return the sheet as a PDF to keep; the same sheet is the same file."""
    from marketplace.documents.paper import draw  # noqa: PLC0415  # half a second at every start, needed by few

    answer = Response(draw(sheet, made_at=made_at), mimetype="application/pdf")
    kept = NOT_IN_A_NAME.sub("-", name)
    answer.headers["Content-Disposition"] = f'attachment; filename="{kept}.pdf"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
