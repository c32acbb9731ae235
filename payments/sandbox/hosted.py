"""What every hosted page shares: its language, its own form token, its headers, where it may lead."""

import hmac
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from babel import Locale
from babel.dates import format_timedelta
from flask import Response, make_response, render_template, request

from payments.sandbox.currencies import format_amount
from payments.sandbox.store import Body
from payments.sandbox.texts import LANGUAGES, TEXTS
from payments.sandbox.unit import UnitOfWork

SECONDS_AN_HOUR, SECONDS_A_MINUTE = 3600, 60
#: below two hours minutes are told; Babel passes to the next larger unit from as many of it on
HOURS_FROM, LARGEST_UNIT = 2, 2


@dataclass(frozen=True, slots=True)
class Page:
    """A page to be shown: `leads_to` are the addresses to which its form may redirect."""

    template: str
    values: Body
    leads_to: tuple[str | None, ...] = ()
    wanted_language: str | None = None


def form_token(unit: UnitOfWork, object_id: str) -> str:
    """Return the token that a form about an object must bring back."""
    row = unit.store.connection.execute("SELECT value FROM secret WHERE name = 'form'").fetchone()
    return hmac.new(str(row[0]).encode(), object_id.encode(), "sha256").hexdigest()


def has_form_token(unit: UnitOfWork, object_id: str) -> bool:
    """Tell whether the request's form brought the right token."""
    sent = request.form.get("token", "")
    return hmac.compare_digest(sent.encode(), form_token(unit, object_id).encode())


def show(page: Page, *, status: int = 200) -> Response:
    """Render a page in the reader's language with headers that allow nothing but its own stylesheet."""
    language = _language(page.wanted_language)
    texts = TEXTS[language]
    amount: Body = {}
    if "amount_minor" in page.values:
        amount = {
            "amount": format_amount(page.values["amount_minor"], page.values["currency"]),
            "currency": texts[page.values["currency"]],
        }
    if "seconds_left" in page.values:
        amount["time"] = time_left(page.values["seconds_left"], language)
    html = render_template(
        page.template,
        **page.values,
        texts={name: text.format_map(_Filled({**page.values, **amount})) for name, text in texts.items()},
        amount=amount,
        language=language,
        other_language="ar" if language == "en" else "en",
        direction="rtl" if language == "ar" else "ltr",
    )
    response = make_response(html, status)
    targets = " ".join(["'self'", *sorted({_origin(url) for url in page.leads_to if url})])
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none';"
        f" form-action {targets}"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept-Language"
    return response


def time_left(seconds: int, language: str) -> str:
    """Return in how long, e.g. "in 23 hours": true in every time zone, and never longer than it is."""
    unit = SECONDS_AN_HOUR if seconds >= HOURS_FROM * SECONDS_AN_HOUR else SECONDS_A_MINUTE
    whole = timedelta(seconds=seconds // unit * unit)
    return format_timedelta(whole, "minute", threshold=LARGEST_UNIT, add_direction=True, locale=language)


def country_name(code: str, language: str) -> str:
    """Return a country's name in a language, or its code where there is none."""
    return str(Locale(language).territories.get(code, code))


def show_notice(name: str, *, status: int, back_url: str | None = None) -> Response:
    """Show a page that only says something, with a way back where one is known."""
    values: Body = {"notice": name, "forward_url": back_url, "forward_text": "back", "is_good": False}
    return show(Page("notice.html", values), status=status)


class _Filled(dict[str, object]):
    """Leaves a text's placeholder as it is when the page has no value for it."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def _language(wanted: str | None) -> str:
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        return asked
    if wanted is not None and wanted[:2] in LANGUAGES:
        return wanted[:2]
    return request.accept_languages.best_match(LANGUAGES) or "en"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
