"""Whether a post's address lies on the platform it was agreed for, as its host tells."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from marketplace.bookings.refusals import LinkNotUsable
from marketplace.influencers.domain import Platform
from marketplace.influencers.labels import platform_label
from marketplace.web.language import lazy_gettext as _

#: registered domains; their subdomains (www., m., and the short links vm., vt., t.) belong to them.
#: t.co is X's, and missing: it leads to any address on the web, not to posts only.
HOSTS: Mapping[str, tuple[str, ...]] = {
    Platform.INSTAGRAM: ("instagram.com", "instagr.am"),
    Platform.TIKTOK: ("tiktok.com",),
    Platform.YOUTUBE: ("youtube.com", "youtu.be"),
    Platform.SNAPCHAT: ("snapchat.com",),
    Platform.X: ("x.com", "twitter.com"),
}
"""A platform that is not named here (podcasts, blogs) has no hosts of its own: its posts lie anywhere."""


def check_platform(address: str, *, platform: str, field: str) -> None:
    """Refuse an address that is not on the platform agreed; for a podcast or a blog any host passes.

    Raises:
        LinkNotUsable: with the field at fault.

    """
    hosts = HOSTS.get(platform)
    if hosts is None or _registered_domain(address) in hosts:
        return
    message = _(
        "This address is not on %(agreed)s, where the post was agreed. Give its address there: it begins with"
        " %(hosts)s.",
        agreed=platform_label(platform),
        hosts=" / ".join(f"https://{host}" for host in hosts),
    )
    raise LinkNotUsable(message, fields={field: message})


def _registered_domain(address: str) -> str:
    labels = (urlsplit(address).hostname or "").rstrip(".").split(".")
    return ".".join(labels[-2:])
