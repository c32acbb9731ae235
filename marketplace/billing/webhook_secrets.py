"""The secrets that the provider signs its messages with: one an endpoint, and two while one is being replaced.

A setting holds them with commas between; an old one names the day on whose start (UTC) it ends: `new,old@2026-12-01`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from marketplace.settings import Settings
from payments.inbox import CONNECT, PLATFORM, THIN

ENDPOINTS = (PLATFORM, CONNECT, THIN)
#: as many as one roll needs


@dataclass(frozen=True, slots=True)
class WebhookSecret:
    """One secret and when it ends; None is the one in use."""

    value: str
    ends_at: datetime | None

    def is_valid(self, now: datetime) -> bool:
        """Tell whether messages may be signed with it now."""
        return self.ends_at is None or now < self.ends_at


def read_secrets(text: str) -> tuple[WebhookSecret, ...]:
    """Read a setting. Raises ValueError when an end is no day."""
    return tuple(_read(part.strip()) for part in text.split(",") if part.strip())


def _read(part: str) -> WebhookSecret:
    value, mark, day = part.partition("@")
    ends_at = datetime.combine(date.fromisoformat(day), time(), UTC) if mark else None
    return WebhookSecret(value, ends_at)


def secrets_of(settings: Settings, endpoint: str) -> tuple[WebhookSecret, ...]:
    """Return every secret of an endpoint, ended ones too."""
    if settings.payments == "sandbox":
        return (WebhookSecret(sandbox_secret(settings.secret_key, endpoint), None),)
    texts: Mapping[str, str] = {
        PLATFORM: settings.stripe_webhook_secrets,
        CONNECT: settings.stripe_connect_webhook_secrets,
        THIN: settings.stripe_thin_webhook_secrets,
    }
    return read_secrets(texts[endpoint])


def valid_secrets(settings: Settings, endpoint: str, now: datetime) -> list[str]:
    """Return the secrets an endpoint takes now."""
    return [secret.value for secret in secrets_of(settings, endpoint) if secret.is_valid(now)]


def sandbox_secret(secret_key: str, endpoint: str) -> str:
    """Return the signing secret of the embedded sandbox's endpoint, made from ours."""
    return f"whsec_{endpoint}_{secret_key[:24]}"
