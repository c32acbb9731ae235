"""On which platform an address lies, as its host tells."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from marketplace.influencers.domain import Platform

#: registered domains; their subdomains (www., m., and the short links vm., vt., t.) belong to them.
#: t.co is X's, and missing: it leads to any address on the web, not to posts and accounts only.
HOSTS: Mapping[str, tuple[str, ...]] = {
    Platform.INSTAGRAM: ("instagram.com", "instagr.am"),
    Platform.TIKTOK: ("tiktok.com",),
    Platform.YOUTUBE: ("youtube.com", "youtu.be"),
    Platform.SNAPCHAT: ("snapchat.com",),
    Platform.X: ("x.com", "twitter.com"),
}
"""A platform that is not named here (podcasts, blogs) has no hosts of its own: what it shows lies anywhere."""


def platform_at(address: str) -> str | None:
    """Return the platform whose host an address has; None for every other address."""
    domain = _registered_domain(address)
    return next((str(platform) for platform, hosts in HOSTS.items() if domain in hosts), None)


def is_on_platform(address: str, platform: str) -> bool:
    """Return whether an address can lie on a platform; for a podcast or a blog any host can."""
    return platform not in HOSTS or platform_at(address) == platform


def beginnings_of(platform: str) -> str:
    """Return how the addresses of a platform begin, to be read."""
    return " / ".join(f"https://{host}" for host in HOSTS.get(platform, ()))


def _registered_domain(address: str) -> str:
    """Return the last two labels of the host; empty where a browser might read another host than this does."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return ""
    if "\\" in address or "@" in parts.netloc:
        return ""
    labels = host.rstrip(".").split(".")
    return ".".join(labels[-2:])
