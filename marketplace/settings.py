"""One frozen object read once from `ATHAR_*`; production refuses to start on defaults meant for a demo."""

import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from marketplace.errors import MarketplaceError
from marketplace.settings_payments import COUNTRY, payment_problems

SECRET_MARKS = ("secret", "password", "key", "token", "url")
SECRETS_MIN_LENGTH = 32
PORT_MAX = 65_535
LOG_LEVELS = ("debug", "info", "warning", "error", "critical")
MAIL_SCHEMES = ("file", "console", "smtp", "smtps")
SEARCH_PREFIX = re.compile(r"[a-z][a-z0-9-]{0,40}")
DATABASES = ("sqlite:", "postgresql:", "postgresql+psycopg:")


class BadSettings(MarketplaceError):
    """One or more settings are missing, unknown or unsafe; the message lists each with what to do."""

    code = "bad_settings"
    kind = "invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Effective configuration. Every field is read from ATHAR_<NAME>; `<NAME>_FILE` names a file to read it from."""

    mode: str = "demo"
    home: Path = Path(".athar")
    secret_key: str = ""
    secret_key_fallbacks: str = ""
    database_url: str = ""
    search_url: str = ""
    search_api_key: str = ""
    search_ca: str = ""
    search_prefix: str = "athar"
    payments: str = "sandbox"
    stripe_api_key: str = ""
    stripe_webhook_secrets: str = ""
    stripe_connect_webhook_secrets: str = ""
    stripe_thin_webhook_secrets: str = ""
    stripe_accounts: str = "v2"
    stripe_country: str = ""
    stripe_currencies: str = ""
    payments_restored: bool = False
    queue_url: str = ""
    storage_url: str = ""
    mail_url: str = "file:"
    mail_from: str = "Athar <no-reply@localhost>"
    rate_limit_url: str = "memory://"
    base_url: str = ""
    trusted_hosts: str = ""
    trusted_proxies: int = 0
    metrics_token: str = ""
    port: int = 8000
    bind: str = "127.0.0.1"
    default_language: str = "en"
    company_name: str = ""
    company_address: str = ""
    company_country: str = ""
    company_tax_number: str = ""
    encoder_threads: int = 1
    request_bytes_max: int = 12_000_000
    upload_bytes_max: int = 10_000_000
    log_level: str = "info"
    debug: bool = False
    argon2_cost: str = "normal"

    MODES: ClassVar[tuple[str, ...]] = ("demo", "development", "test", "production")

    @property
    def is_demo(self) -> bool:
        """Persona bar, mailbox and clock exist only here."""
        return self.mode == "demo"

    @property
    def is_production(self) -> bool:
        return self.mode == "production"

    @property
    def has_secure_cookies(self) -> bool:
        """`__Host-` cookies everywhere but over plain HTTP outside production."""
        return self.is_production or self.base_url.startswith("https://")

    def masked(self) -> dict[str, str]:
        """Return name to value, with everything that could hold a secret masked."""
        return {field.name: _mask(field.name, getattr(self, field.name)) for field in fields(self)}


def _mask(name: str, value: object) -> str:
    text = str(value)
    if name in {"base_url", "request_bytes_max"} or not any(mark in name for mark in SECRET_MARKS):
        return text
    if "@" in text and "://" in text:
        scheme, rest = text.split("://", 1)
        return f"{scheme}://***@{rest.rsplit('@', 1)[1]}"
    return text if "://" in text or text in {"", "file:"} else "***"


def _raw_values(environment: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    names = {field.name for field in fields(Settings)}
    values: dict[str, str] = {}
    problems: list[str] = []
    for variable, text in environment.items():
        if not variable.startswith("ATHAR_") or variable == "ATHAR_EVAL_DIR":
            continue
        name = variable.removeprefix("ATHAR_").lower()
        if name.endswith("_file") and name.removesuffix("_file") in names:
            path = Path(text)
            if not path.is_file():
                problems.append(f"{variable}: there is no file {text}; name one that holds the value")
                continue
            try:
                values[name.removesuffix("_file")] = path.read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError):
                problems.append(f"{variable}: {text} cannot be read as text")
        elif name in names:
            values[name] = text
        else:
            problems.append(f"{variable}: unknown setting; remove it or correct its name")
    return values, problems


def _typed(values: dict[str, str]) -> tuple[dict[str, object], list[str]]:
    kinds = {field.name: field.type for field in fields(Settings)}
    typed: dict[str, object] = {}
    problems: list[str] = []
    for name, text in values.items():
        variable = f"ATHAR_{name.upper()}"
        if kinds[name] is int:
            if text.isascii() and text.isdigit():
                typed[name] = int(text)
            else:
                problems.append(f"{variable}: must be a whole number, got {text!r}")
        elif kinds[name] is bool:
            if text.lower() in {"1", "true", "yes", "0", "false", "no", ""}:
                typed[name] = text.lower() in {"1", "true", "yes"}
            else:
                problems.append(f"{variable}: must be true or false, got {text!r}")
        else:
            typed[name] = Path(text) if kinds[name] is Path else text
    return typed, problems


def _problems(settings: Settings) -> list[str]:
    problems = []
    if settings.mode not in Settings.MODES:
        problems.append(f"ATHAR_MODE: must be one of {', '.join(Settings.MODES)}, got {settings.mode!r}")
    if settings.default_language not in {"en", "ar"}:
        problems.append(f"ATHAR_DEFAULT_LANGUAGE: must be en or ar, got {settings.default_language!r}")
    problems += payment_problems(settings)
    problems += _range_problems(settings)
    return problems + (_production_problems(settings) if settings.is_production else [])


def _range_problems(settings: Settings) -> list[str]:
    is_address = not settings.base_url or settings.base_url.startswith(("http://", "https://"))
    is_database = not settings.database_url or settings.database_url.startswith(DATABASES)
    checks = (
        (settings.log_level in LOG_LEVELS, f"ATHAR_LOG_LEVEL: must be one of {', '.join(LOG_LEVELS)}"),
        (settings.argon2_cost in {"normal", "low"}, "ATHAR_ARGON2_COST: must be normal or low"),
        (1 <= settings.port <= PORT_MAX, f"ATHAR_PORT: must be between 1 and {PORT_MAX}"),
        (settings.encoder_threads >= 1, "ATHAR_ENCODER_THREADS: must be at least 1"),
        (
            0 < settings.upload_bytes_max <= settings.request_bytes_max,
            "ATHAR_UPLOAD_BYTES_MAX: must be above 0 and at most ATHAR_REQUEST_BYTES_MAX",
        ),
        (is_address, "ATHAR_BASE_URL: must begin with http:// or https://"),
        (
            urlsplit(settings.mail_url).scheme in MAIL_SCHEMES,
            "ATHAR_MAIL_URL: must be file:, console:, smtp://host or smtps://host",
        ),
        (_is_search_url(settings.search_url), "ATHAR_SEARCH_URL: must begin with http:// or https://"),
        (
            SEARCH_PREFIX.fullmatch(settings.search_prefix) is not None,
            "ATHAR_SEARCH_PREFIX: lower-case letters, digits and dashes, beginning with a letter",
        ),
        (
            not settings.search_ca or Path(settings.search_ca).is_file(),
            f"ATHAR_SEARCH_CA: there is no file {settings.search_ca}",
        ),
        (is_database, "ATHAR_DATABASE_URL: must begin with sqlite:/// or postgresql+psycopg://"),
    )
    return [problem for is_good, problem in checks if not is_good]


def _is_search_url(text: str) -> bool:
    """Return whether every address in the list is one of HTTP; an empty setting means the embedded engine."""
    return all(part.strip().startswith(("http://", "https://")) for part in text.split(",") if part.strip())


def _production_problems(settings: Settings) -> list[str]:
    problems = []
    if len(settings.secret_key) < SECRETS_MIN_LENGTH:
        problems.append(f"ATHAR_SECRET_KEY: set at least {SECRETS_MIN_LENGTH} random characters")
    if settings.payments == "sandbox":
        problems.append("ATHAR_PAYMENTS: production does not run on play money; set stripe and its keys")
    if settings.debug:
        problems.append("ATHAR_DEBUG: must be off in production")
    if settings.argon2_cost != "normal":
        problems.append("ATHAR_ARGON2_COST: must be normal in production")
    if not settings.base_url.startswith("https://"):
        problems.append("ATHAR_BASE_URL: must begin with https:// in production")
    if not settings.database_url:
        problems.append("ATHAR_DATABASE_URL: name the database of the site")
    if settings.rate_limit_url == "memory://":
        problems.append("ATHAR_RATE_LIMIT_URL: set a Redis address; memory counts per process only")
    return problems + _company_problems(settings)


def _company_problems(settings: Settings) -> list[str]:
    """Documents name who issues them and are never changed: what is missing cannot be filled in later."""
    missing = [
        f"ATHAR_COMPANY_{name.upper()}: invoices must name who issues them; set the {what}"
        for name, what in (("name", "legal name"), ("address", "address on one line"))
        if not getattr(settings, f"company_{name}").strip()
    ]
    if not COUNTRY.fullmatch(settings.company_country):
        missing.append(
            "ATHAR_COMPANY_COUNTRY: invoices must name who issues them; set the country by its two letters"
        )
    return missing


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read and check the settings.

    Raises:
        BadSettings: with one line for each thing to mend.
    """
    values, problems = _raw_values(os.environ if environment is None else environment)
    typed, more = _typed(values)
    problems += more
    settings = Settings(**typed)  # type: ignore[arg-type]  # checked by _typed against the fields
    problems += _problems(settings)
    if problems:
        raise BadSettings("Settings are not usable:\n  " + "\n  ".join(problems))
    return _completed(settings)


def _completed(settings: Settings) -> Settings:
    """Fill what follows from the home folder, and a secret that stays the same across starts."""
    home = settings.home.expanduser().resolve()
    changes: dict[str, object] = {"home": home}
    if not settings.base_url:
        changes["base_url"] = f"http://localhost:{settings.port}"
    if not settings.secret_key:
        changes["secret_key"] = _kept_secret(home / "secret")
    if not settings.database_url:
        changes["database_url"] = f"sqlite:///{home / 'athar.sqlite3'}"
    if not settings.queue_url:
        changes["queue_url"] = f"sqlite:///{home / 'queue.sqlite3'}"
    if not settings.storage_url:
        changes["storage_url"] = f"file://{home / 'files'}"
    return replace(settings, **changes)  # type: ignore[arg-type]  # each of its field's type


def _kept_secret(path: Path) -> str:
    """Return the secret of this home; of processes that start at once the first one makes it, for the owner's eyes only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_file():
        unfinished = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
        unfinished.touch(mode=0o600, exist_ok=False)
        unfinished.write_text(secrets.token_urlsafe(48), encoding="utf-8")
        with suppress(FileExistsError):
            path.hardlink_to(unfinished)
        unfinished.unlink()
    return path.read_text(encoding="utf-8").strip()
