"""Language, direction, digits and time zone of a request. The one module that touches Flask-Babel."""

from collections.abc import Sequence
from typing import cast

import flask_babel
from babel.lists import format_list
from babel.support import NullTranslations
from flask import Flask, g, has_app_context, has_request_context, request, session
from flask_babel import Babel, force_locale, get_locale, lazy_gettext
from flask_babel.speaklater import LazyString
from flask_login import current_user

from marketplace.web.context import is_api

LANGUAGES = {"en": "English", "ar": "العربية"}
DIRECTION = {"en": "ltr", "ar": "rtl"}
SESSION_KEY = "language"
_CATALOGUES: dict[str, NullTranslations] = {}
TO_ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
TO_LATIN = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")

__all__ = [
    "DIRECTION",
    "LANGUAGES",
    "force_locale",
    "gettext",
    "lazy_gettext",
    "lazy_list",
    "lazy_ngettext",
    "lazy_sentences",
    "ngettext",
]


def gettext(text: str, **params: object) -> str:
    """Translate into the language in force."""
    translated = _catalogue().ugettext(text)
    return str(translated % params if params else translated)


def _catalogue() -> NullTranslations:
    """Return the texts of the language in force; Flask-Babel would look up request and language several times for each text."""
    locale = get_locale()
    found = _CATALOGUES.get(locale.language) if locale is not None else None
    if found is None:
        found = cast("NullTranslations", flask_babel.get_translations())
        if locale is not None:
            _CATALOGUES[locale.language] = found
    return found


def ngettext(singular: str, plural: str, num: int, **params: object) -> str:
    """Translate a counted sentence; the language decides which of its plural forms fits, the reader in which digits it counts."""
    return str(_counted(singular, plural, num) % {"num": num, **params})


def _counted(singular: str, plural: str, num: int) -> str:
    """Return the form for a count, with %(num)d written in the reader's digits and every other place left open."""
    form: str = _catalogue().ungettext(singular, plural, num)
    return form.replace("%(num)d", with_digits(str(int(num)))) if "%(num)d" in form else form


def lazy_ngettext(singular: str, plural: str, num: int) -> LazyString:
    """Return a counted text in the language in force when it is shown."""
    return LazyString(lambda: ngettext(singular, plural, num))


def lazy_list(parts: Sequence[object]) -> LazyString:
    """Return "one, two and three" of texts that may be lazy too, in the language in force when it is shown."""
    return LazyString(lambda: format_list([str(part) for part in parts], locale=get_locale() or "en"))


def lazy_sentences(parts: Sequence[object]) -> LazyString:
    """Return sentences one after the other, in the language in force when they are shown."""
    return LazyString(lambda: " ".join(str(part) for part in parts))


def current_language() -> str:
    """Return "en" or "ar" of what is being rendered now."""
    locale = get_locale()
    return "ar" if locale is not None and locale.language == "ar" else "en"


def digits() -> str:
    """Return the numbering system: Latin digits unless the reader chose Arabic-Indic ones."""
    if current_language() != "ar" or not has_app_context():
        return "latn"
    if not has_request_context():
        return str(getattr(g.get("reader"), "digits", "latn"))
    if "digits" not in g:
        g.digits = current_user.user.digits if current_user.is_authenticated else "latn"
    return str(g.digits)


def with_digits(text: str) -> str:
    """Return a text with its figures in the reader's digits."""
    if digits() == "arab":
        return text.translate(TO_ARABIC)
    return text.translate(TO_LATIN)


def direction() -> str:
    return DIRECTION[current_language()]


def _select_locale() -> str | None:
    if not has_request_context():
        return None
    if is_api() and "Authorization" in request.headers:
        asked = request.accept_languages.best_match(list(LANGUAGES))
        if asked is not None:  # a program says it on purpose, a browser by itself
            return asked
    chosen = session.get(SESSION_KEY)
    if chosen in LANGUAGES:
        return str(chosen)
    if current_user and current_user.is_authenticated:
        return str(current_user.user.language)
    return request.accept_languages.best_match(list(LANGUAGES))


def _select_time_zone() -> str | None:
    if has_request_context() and current_user and current_user.is_authenticated:
        return str(current_user.user.time_zone)
    reader = g.get("reader") if has_app_context() else None
    return str(reader.time_zone) if reader is not None else None


def install_language(app: Flask) -> None:
    """Set up Babel with our catalogues."""
    Babel(
        app,
        default_locale=app.config["DEFAULT_LANGUAGE"],
        default_timezone="Asia/Riyadh",
        default_translation_directories="translations",
        locale_selector=_select_locale,
        timezone_selector=_select_time_zone,
    )
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # of its i18n extension
        gettext=lambda text: flask_babel.get_translations().ugettext(text), ngettext=_counted, newstyle=True
    )
