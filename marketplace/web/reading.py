"""Reads typed values out of a draft and collects what is wrong with each, so that all problems are told at once."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from marketplace.web.amounts import read_amount
from marketplace.web.contact_words import PRIVATE_KINDS, contact_problem
from marketplace.web.language import lazy_gettext as _
from matching.reading.numerals import read_number
from payments.money import CURRENCIES

_WHOLE = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d{1,12})")
_TOO_LARGE = 10**12
_GROUPED = re.compile(r"(?<=\d)[\s،](?=\d{3}(?!\d))")
_CARRIED = re.compile(r"[0-9]{1,9}")
_FORMAT_MARKS = "Cf"
TICKED = frozenset({"y", "yes", "true", "1", "on"})


def latin_digits(text: str) -> str:
    """Return the text with every decimal digit as 0 to 9, without invisible marks and blanks around it."""
    visible = (sign for sign in text if unicodedata.category(sign) != _FORMAT_MARKS)
    digits = (str(unicodedata.digit(sign)) if sign.isdecimal() else sign for sign in visible)
    return "".join(digits).replace("٬", ",").strip()


def whole_number(text: str) -> int | None:
    """Return the whole number that somebody typed; None for anything else.

    Digits may be Western, Arabic-Indic or Persian; thousands may be grouped by commas of either script or by blanks. A
    point is never taken for a comma: 1.500 is one and a half to some readers, and refused. Thousands may be spelt: 10k.
    """
    plain = _GROUPED.sub(",", latin_digits(text)).replace("\N{MINUS SIGN}", "-")
    if _WHOLE.fullmatch(plain):
        return int(plain.replace(",", ""))
    spelt = read_number(text)
    return int(spelt) if spelt is not None and spelt == int(spelt) and spelt < _TOO_LARGE else None


def carried_number(text: str | None) -> int | None:
    """Return the number that a page put into a hidden field (a version, a revision); None when it was altered."""
    return int(text) if text and _CARRIED.fullmatch(text) else None


def is_ticked(value: object) -> bool:
    """Return whether a value, of whatever type, is what a ticked checkbox or a JSON true sends."""
    return value is True or (isinstance(value, str) and value in TICKED)


class DraftReader:
    """One pass over a draft (or one row of it). `prefix` names the row in `problems`; the first problem of a field counts."""

    def __init__(
        self, draft: Mapping[str, Any], problems: dict[str, object] | None = None, *, prefix: str = ""
    ) -> None:
        self.draft = draft
        self.problems: dict[str, object] = {} if problems is None else problems
        self.prefix = prefix

    def refuse(self, field: str, message: object) -> None:
        """Note what is wrong with a field."""
        self.problems.setdefault(f"{self.prefix}{field}", message)

    def text(self, field: str, *, least: int = 0, most: int) -> str:
        """Read a text of at most `most` characters."""
        value = self.draft.get(field)
        text = value.strip() if isinstance(value, str) else ""
        if not text and least:
            self.refuse(field, _("Fill this in."))
        elif not least <= len(text) <= most:
            self.refuse(field, _("Use %(least)s to %(most)s characters.", least=least, most=most))
        return text

    def public_text(self, field: str, *, least: int = 0, most: int) -> str:
        """Read a text that everybody will see: as `text`, and without ways to reach somebody off the platform."""
        text = self.text(field, least=least, most=most)
        if len(text) > most:  # refused already, and looking through it takes the longer the longer it is
            return text
        problem = contact_problem(text, refused=PRIVATE_KINDS)
        if problem is not None:
            self.refuse(field, problem)
        return text

    def choice(self, field: str, allowed: Collection[str], *, is_needed: bool = True) -> str:
        """Read one of `allowed`; empty where nothing was chosen and nothing needs to be."""
        value = self.draft.get(field)
        text = value.strip() if isinstance(value, str) else ""
        if text not in allowed and (text or is_needed):
            self.refuse(field, _("Choose from the list."))
        return text

    def choices(self, field: str, allowed: Collection[str], *, least: int = 0, most: int) -> list[str]:
        """Read several of `allowed`, each once, in the order given."""
        value = self.draft.get(field)
        chosen = list(dict.fromkeys(map(str, value))) if isinstance(value, list | tuple) else []
        if not set(chosen) <= set(allowed):
            self.refuse(field, _("Choose from the list."))
        elif len(chosen) < least:
            self.refuse(field, _("Choose at least one."))
        elif len(chosen) > most:
            self.refuse(field, _("Choose at most %(most)s.", most=most))
        return chosen

    def count(self, field: str, *, least: int, most: int, default: int | None = None) -> int:
        """Read a whole number, in any digits; `default` stands for an empty field. Returns `least` when unreadable."""
        value = self.draft.get(field)
        text = value.strip() if isinstance(value, str) else str(value) if _is_int(value) else ""
        if not text and default is not None:
            return default
        number = whole_number(text)
        if number is None:
            self.refuse(field, _("Type a whole number."))
            return least
        if not least <= number <= most:
            self.refuse(field, _("Choose between %(least)s and %(most)s.", least=least, most=most))
        return number

    def amount(self, field: str, *, currency: str) -> int:
        """Read a payable amount in minor units; 0 when unreadable, or silently when the currency itself is wrong."""
        if currency not in CURRENCIES:
            return 0
        value = self.draft.get(field)
        text = value if isinstance(value, str) else str(value) if _is_int(value) else ""
        amount_minor, problem = read_amount(text, currency=currency)
        if amount_minor is None:
            self.refuse(field, problem)
            return 0
        return amount_minor

    def day(self, field: str) -> date | None:
        """Read a day as YYYY-MM-DD."""
        value = self.draft.get(field)
        try:
            return date.fromisoformat(latin_digits(value) if isinstance(value, str) else "")
        except ValueError:
            is_empty = not value or (isinstance(value, str) and not value.strip())
            shape = _("Give the day as year, month and day, for example 2027-03-31.")
            self.refuse(field, _("Fill this in.") if is_empty else shape)
            return None

    def flag(self, field: str) -> bool:
        """Read whether something is ticked."""
        return is_ticked(self.draft.get(field))

    def optional_amount(self, field: str, *, currency: str) -> int | None:
        """Read an amount that may be left out: None when the field is empty."""
        return None if self._is_blank(field) else self.amount(field, currency=currency) or None

    def optional_count(self, field: str, *, least: int, most: int) -> int | None:
        """Read a whole number that may be left out: None when the field is empty."""
        return None if self._is_blank(field) else self.count(field, least=least, most=most)

    def _is_blank(self, field: str) -> bool:
        value = self.draft.get(field)
        return value is None or (isinstance(value, str) and not value.strip())

    def rows(self, field: str, *, tells: Sequence[str]) -> list[tuple[int, Mapping[str, Any]]]:
        """Return the rows with something in one of the columns `tells`, each with its place in the list."""
        value = self.draft.get(field)
        rows = value if isinstance(value, list | tuple) else []
        return [
            (place, row)
            for place, row in enumerate(rows)
            if isinstance(row, Mapping) and any(row.get(column) for column in tells)
        ]


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
