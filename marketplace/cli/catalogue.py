"""The Arabic catalogue: collecting texts from the code, reading and writing it, and what can be wrong with it.

Source texts are English and need no catalogue. Nothing written here carries dates, places or machine paths, so
that the same texts give the same files.
"""

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

LANGUAGE = "ar"
KEYWORDS = ("_", "_lazy", "gettext", "lazy_gettext", "ngettext:1,2", "lazy_ngettext:1,2")
PLURAL_FORMS = ("zero", "one", "two", "few", "many", "other")
HEADER = (
    'msgid ""\nmsgstr ""\n'
    '"Language: ar\\n"\n'
    '"MIME-Version: 1.0\\n"\n'
    '"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Content-Transfer-Encoding: 8bit\\n"\n'
    '"Plural-Forms: nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : '
    'n%100>=11 && n%100<=99 ? 4 : 5);\\n"\n\n'
)
_UNDATED = datetime(2000, 1, 1, tzinfo=UTC)
_PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|%%|%[a-z](?![a-z])")
# "One booking" and "two bookings" are said in words in Arabic, so those forms may leave the number out.
_COUNTS = {"%(num)s", "%(num)d", "%(count)s", "%(count)d"}
_IN_WORDS = 3


def collect(package: Path, mapping: Path) -> Catalog:
    """Return all texts found in a package's code and templates.

    Raises:
        FileNotFoundError: the mapping is not there (it is part of a checkout, not of a wheel).
    """
    with mapping.open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # Babel has none
    found = Catalog()
    keywords = parse_keywords(KEYWORDS)
    for _file, _line, text, _comments, context in extract_from_dir(
        package, method_map=methods, options_map=options, keywords=keywords
    ):
        found.add(text, context=context)
    return found


def read_catalogue(path: Path) -> Catalog:
    """Return the translations of a .po file, or none when there is no file yet."""
    if not path.is_file():
        return read_po(io.BytesIO(HEADER.encode()), locale=LANGUAGE)
    return read_po(io.BytesIO(path.read_bytes()), locale=LANGUAGE)


def read_compiled(path: Path) -> Catalog:
    """Return the translations of a .mo file, or none when there is no file yet."""
    if not path.is_file():
        return Catalog(locale=LANGUAGE)
    with path.open("rb") as file:
        return read_mo(file)


def write_template(found: Catalog, path: Path) -> None:
    """Write the collected texts without translations."""
    _write(found, path, header='msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n')


def write_catalogue(catalogue: Catalog, found: Catalog, path: Path) -> None:
    """Bring a catalogue up to date with the collected texts: new ones are empty, vanished ones go."""
    catalogue.update(found, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    _write(catalogue, path, header=HEADER)


def write_compiled(catalogue: Catalog, path: Path) -> None:
    """Write a .mo file; the same catalogue gives the same bytes."""
    catalogue.creation_date = catalogue.revision_date = _UNDATED
    with path.open("wb") as file:
        write_mo(file, catalogue)


def _write(catalogue: Catalog, path: Path, *, header: str) -> None:
    buffer = io.BytesIO()
    write_po(
        buffer,
        catalogue,
        width=110,
        no_location=True,
        omit_header=True,
        sort_output=True,
        ignore_obsolete=True,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(header + buffer.getvalue().decode(), encoding="utf-8")


def problems(catalogue: Catalog, *, found: Catalog, compiled: Catalog) -> Iterator[str]:
    """Yield a line for all that is wrong: with a text of the code, its translation, or the compiled file."""
    known = {_key(message): message for message in catalogue if message.id}
    wanted = {_key(message) for message in found if message.id}
    built = {_key(message): forms(message) for message in compiled if message.id}
    for key in sorted(wanted - known.keys()):
        yield f"not in the catalogue (run athar i18n update): {key[0]!r}"
    for key in sorted(known.keys() - wanted):
        yield f"no longer in the code (run athar i18n update): {key[0]!r}"
    for key, message in sorted(known.items()):
        faults = list(_faults(message))
        yield from (f"{fault}: {key[0]!r}" for fault in faults)
        if not faults and built.get(key) != forms(message):
            yield f"the compiled file is out of date (run athar i18n compile): {key[0]!r}"


def _key(message: Message) -> tuple[str, str]:
    texts = message.id if isinstance(message.id, list | tuple) else (message.id, "")
    return str(texts[0]), str(texts[1])


def forms(message: Message) -> tuple[str, ...]:
    """Return a message's translations: one, or one for each plural form; "" where there is none."""
    texts = message.string if isinstance(message.string, list | tuple) else (message.string,)
    return tuple(str(text or "") for text in texts)


def _faults(message: Message) -> Iterator[str]:
    texts = forms(message)
    if message.fuzzy:
        yield "fuzzy"
    if not message.pluralizable:
        if not texts[0].strip():
            yield "missing"
        elif _placeholders(texts[0]) != _placeholders(_key(message)[0]):
            yield "other placeholders than the English"
        return
    for place, name in enumerate(PLURAL_FORMS):
        if place >= len(texts) or not texts[place].strip():
            yield f"missing plural form {name}"
        elif not _keeps_placeholders(message, place, texts[place]):
            yield f"other placeholders than the English in plural form {name}"


def _keeps_placeholders(message: Message, place: int, form: str) -> bool:
    singular, plural = (_placeholders(text) for text in _key(message))
    mine = _placeholders(form)
    if place >= _IN_WORDS:
        return mine == plural
    return mine <= plural | singular and (place == 0 or mine >= (singular & plural) - _COUNTS)


def _placeholders(text: str) -> set[str]:
    return {match.group() for match in _PLACEHOLDER.finditer(text)}
