"""On which platform a post's address lies, as far as its host tells; hosts nobody knows prove nothing and pass."""

from urllib.parse import urlsplit

from marketplace.bookings.refusals import LinkNotUsable
from marketplace.influencers.domain import Platform
from marketplace.influencers.labels import platform_label
from marketplace.web.language import lazy_gettext as _

#: registered domains; their subdomains (www., m., vm.) belong to them
HOSTS = {
    "instagram.com": Platform.INSTAGRAM,
    "instagr.am": Platform.INSTAGRAM,
    "tiktok.com": Platform.TIKTOK,
    "youtube.com": Platform.YOUTUBE,
    "youtu.be": Platform.YOUTUBE,
    "snapchat.com": Platform.SNAPCHAT,
    "x.com": Platform.X,
    "twitter.com": Platform.X,
}
ANYWHERE = frozenset({Platform.PODCAST, Platform.BLOG})
"""What is sold under these names may be published on any of the others: an episode on YouTube is one."""


def platform_of(address: str) -> Platform | None:
    """Return whose address this is; None for a host that is no known platform's."""
    labels = (urlsplit(address).hostname or "").rstrip(".").split(".")
    return HOSTS.get(".".join(labels[-2:]))


def check_platform(address: str, *, platform: str, field: str) -> None:
    """Refuse the address of another platform than the one agreed.

    Raises:
        LinkNotUsable: with the field at fault.

    """
    found = platform_of(address)
    if found is None or found == platform or platform in ANYWHERE:
        return
    message = _(
        "This address is on %(found)s, but the post was agreed for %(agreed)s. Give its address there.",
        found=platform_label(found),
        agreed=platform_label(platform),
    )
    raise LinkNotUsable(message, fields={field: message})
