"""Whether a post's address lies on the platform it was agreed for."""

from marketplace.bookings.refusals import LinkNotUsable
from marketplace.influencers.labels import platform_label
from marketplace.influencers.platform_hosts import beginnings_of, is_on_platform
from marketplace.web.language import lazy_gettext as _


def check_platform(address: str, *, platform: str, field: str) -> None:
    """Refuse an address that is not on the platform agreed; for a podcast or a blog any host passes.

    Raises:
        LinkNotUsable: with the field at fault.

    """
    if is_on_platform(address, platform):
        return
    message = _(
        "This address is not on %(agreed)s, where the post was agreed. Give its address there: it begins with"
        " %(hosts)s.",
        agreed=platform_label(platform),
        hosts=beginnings_of(platform),
    )
    raise LinkNotUsable(message, fields={field: message})
