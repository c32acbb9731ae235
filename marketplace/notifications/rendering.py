"""Sentences for a reader: params become money, times and names in the reader's language."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from marketplace.notifications.sentences import SENTENCES
from marketplace.web.formats import date_text, datetime_text, money, span
from marketplace.web.language import current_language
from marketplace.web.language import gettext as _


def param_text(value: Any) -> str:
    """Write one param: {"minor", "currency"} as money, {"at"} as a moment, {"day"} as a date, {"seconds"} as how long, {"en", "ar"} by language, else as it is."""
    if isinstance(value, Mapping):
        if "minor" in value:
            return money(int(value["minor"]), str(value["currency"]))
        if "at" in value:
            return datetime_text(datetime.fromisoformat(str(value["at"])))
        if "day" in value:
            return date_text(date.fromisoformat(str(value["day"])))
        if "seconds" in value:
            return span(timedelta(seconds=int(value["seconds"])))
        if "en" in value:
            return str(value.get(current_language()) or value["en"])
    return str(value)


def sentence(kind: str, params: Mapping[str, Any]) -> str:
    """Return the sentence of a notice or mail in the language in force."""
    return str(SENTENCES[kind].text) % _Texts(params)


class _Texts(dict[str, Any]):
    """Params that become texts when a sentence names them: each names some of what its event knows."""

    def __getitem__(self, name: str) -> str:
        return param_text(super().__getitem__(name))


def mail_body(
    kind: str,
    told: str,
    *,
    name: str,
    address: str,
    details: Sequence[str] = (),
    stop_address: str | None = None,
) -> str:
    """Return the plain-text body: greeting, what is told, details line by line, link, why the reader gets it, and how to stop it."""
    lines = [
        _("Hello %(name)s,", name=name),
        "",
        told,
        "",
        *([*details, ""] if details else []),
        f"{SENTENCES[kind].action}:",
        address,
        "",
        "-- ",
        _("Athar. You get this mail because it concerns your account."),
        *([_("To get no more mail of this kind:"), stop_address] if stop_address else []),
    ]
    return "\n".join(lines)
