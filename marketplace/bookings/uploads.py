"""Files that came with a form: checked, re-encoded and kept, each refusal said beside the field."""

from collections.abc import Sequence

from flask import request
from werkzeug.datastructures import FileStorage

from marketplace.bookings.submissions import FILES_MAX
from marketplace.db import db
from marketplace.files.intake import FileRefused, StoredFile, take_file
from marketplace.web.context import services
from marketplace.web.language import lazy_gettext as _

FOLDER = "submissions"


def take_uploads(field: str) -> Sequence[StoredFile]:
    """Keep every file of a field.

    Raises:
        FileRefused: with the field at fault and the name of the file.

    """
    given = [each for each in request.files.getlist(field) if each.filename]
    if len(given) > FILES_MAX:
        message = _("At most %(count)s files fit in one version.", count=FILES_MAX)
        raise FileRefused(message, fields={field: message})
    if given:
        db.session.rollback()  # nobody waits for our write lock while pictures are encoded
    return [_take(each, field) for each in given]


def _take(given: FileStorage, field: str) -> StoredFile:
    bytes_max = services().settings.upload_bytes_max
    given.stream.seek(0)  # a transaction that is tried again reads the file again
    try:
        return take_file(
            services().files,
            name=given.filename or "",
            content=given.stream.read(bytes_max + 1),
            bytes_max=bytes_max,
            folder=FOLDER,
        )
    except FileRefused as error:
        message = f"{given.filename}: {error.message}"
        raise FileRefused(message, fields={field: message}) from error
