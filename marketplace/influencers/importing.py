"""Reads an import file, CSV or JSON lines, into rows and problems. Pure: bytes in, values out."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from marketplace.influencers.import_rows import (
    COLUMNS,
    NEEDED,
    POSTS,
    ImportedInfluencer,
    RowProblem,
    RowReader,
)
from marketplace.web.language import lazy_gettext as _

MARK = b"\xef\xbb\xbf"
LINE_MAX = 1_000_000


class FileFormat(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """Rows that were read whole, and every problem of the others, by line."""

    rows: tuple[ImportedInfluencer, ...]
    problems: tuple[RowProblem, ...]


def format_of(name: str) -> FileFormat | None:
    """Return the format by the file's ending, or None."""
    ending = name.rsplit(".", 1)[-1].lower()
    return {"csv": FileFormat.CSV, "jsonl": FileFormat.JSONL, "ndjson": FileFormat.JSONL}.get(ending)


def parse_influencers(content: bytes, *, file_format: FileFormat, today: date) -> ParsedFile:
    """Read a whole file in UTF-8, with or without a byte order mark. Never raises for what stands in the file."""
    text, problem = decoded(content)
    if problem is not None:
        return ParsedFile((), (problem,))
    problems: list[RowProblem] = []
    rows: list[ImportedInfluencer] = []
    seen: dict[tuple[str, str], int] = {}
    records = (
        csv_records(text, needed=NEEDED, known=COLUMNS)
        if file_format == FileFormat.CSV
        else _json_records(text)
    )
    for line, record in records:
        if isinstance(record, str):
            problems.append(RowProblem(line, "", record))
            continue
        if isinstance(record, RowProblem):
            problems.append(record)
            continue
        reader = RowReader(line, record, today)
        row = reader.influencer()
        if row is not None:
            _refuse_repeated(reader, row, seen)
        problems += reader.problems
        if row is not None and not reader.problems:
            rows.append(row)
    if not rows and not problems:
        problems.append(RowProblem(1, "", str(_("The file holds no rows."))))
    return ParsedFile(tuple(rows), tuple(problems))


def decoded(content: bytes) -> tuple[str, RowProblem | None]:
    """Return a file's text, or what is wrong with it; UTF-8 with or without a byte order mark."""
    body = content.removeprefix(MARK)
    try:
        return body.decode("utf-8"), None
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        reason = _("This is not UTF-8. Save the file as UTF-8 and try again.")
        return "", RowProblem(line, "", str(reason))


def csv_records(
    text: str, *, needed: Sequence[str], known: Sequence[str]
) -> Iterator[tuple[int, Mapping[str, Any] | str | RowProblem]]:
    """Yield each line's number with its cells by column, or with what is wrong; a wrong header is the end."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] | None = None
    line = 1
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, str(_("This line cannot be read as CSV: %(why)s.", why=str(error)))
            continue
        if header is None:
            header = [cell.strip() for cell in cells]
            problems = list(_header_problems(header, needed=needed, known=known))
            yield from ((1, problem) for problem in problems)
            if problems:
                return
        elif any(cell.strip() for cell in cells):
            if len(cells) == len(header):
                yield line, dict(zip(header, cells, strict=True))
            else:
                reason = _(
                    "This row has %(cells)s cells, the header has %(columns)s.",
                    cells=len(cells),
                    columns=len(header),
                )
                yield line, str(reason)


def _header_problems(
    header: list[str], *, needed: Sequence[str], known: Sequence[str]
) -> Iterator[RowProblem]:
    for column in needed:
        if column not in header:
            yield RowProblem(1, column, str(_("This column is needed.")))
    for column in header:
        if column not in known:
            yield RowProblem(1, column[:60], str(_("There is no such column. docs/import.md lists them.")))
        elif header.count(column) > 1:
            yield RowProblem(1, column, str(_("This column stands twice.")))


def _json_records(text: str) -> Iterator[tuple[int, Mapping[str, Any] | str | RowProblem]]:
    for line, content in enumerate(text.split("\n"), start=1):
        if not content.strip():
            continue
        if len(content) > LINE_MAX:
            yield line, str(_("This line is longer than %(most)s characters.", most=LINE_MAX))
            continue
        try:
            record = json.loads(content)
        except (ValueError, RecursionError):
            yield line, str(_("This line is not one JSON object."))
            continue
        if not isinstance(record, dict):
            yield line, str(_("This line is not one JSON object."))
            continue
        unknown = [name for name in record if name not in {*COLUMNS, POSTS}]
        if unknown:
            reason = _("There is no such column. docs/import.md lists them.")
            yield line, RowProblem(line, str(unknown[0])[:60], str(reason))
        else:
            yield line, record


def _refuse_repeated(reader: RowReader, row: ImportedInfluencer, seen: dict[tuple[str, str], int]) -> None:
    for column, value in (("external_ref", row.external_ref), ("handle", row.handle)):
        first = seen.setdefault((column, value), row.line)
        if first != row.line:
            reader.refuse(column, _("Line %(line)s has the same.", line=first))
