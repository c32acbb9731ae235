"""What a brand may say of itself, checked before it is stored."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from marketplace.brands.domain import ABOUT_MAX, CITY_MAX, NAME_MAX, WEBSITE_MAX
from marketplace.categories import CATEGORIES
from marketplace.errors import Invalid
from marketplace.web.countries import country_codes
from marketplace.web.language import lazy_gettext as _

WEBSITE = re.compile(r"https?://[^\s<>\"'/?#]+\.[^\s<>\"']+", re.IGNORECASE)
LENGTHS = {
    "name": NAME_MAX,
    "name_ar": NAME_MAX,
    "website": WEBSITE_MAX,
    "city": CITY_MAX,
    "about": ABOUT_MAX,
}


class BrandInvalid(Invalid):
    """The brand cannot be stored so; `fields` says what is wrong where."""

    code: ClassVar[str] = "brand_invalid"


def check_brand(values: Mapping[str, Any]) -> None:
    """Let the values pass or refuse them with every field at fault; absent fields stay as they are.

    Raises:
        BrandInvalid: see its class.

    """
    fields: dict[str, object] = {
        name: _("Use at most %(most)s characters.", most=most)
        for name, most in LENGTHS.items()
        if len(values.get(name, "")) > most
    }
    if "name" in values and not values["name"]:
        fields["name"] = _("Fill this in.")
    website = values.get("website")
    if website and WEBSITE.fullmatch(website) is None:
        fields.setdefault("website", _("Give the full address, beginning with https://."))
    if "country" in values and values["country"] not in country_codes():
        fields["country"] = _("Choose a country from the list.")
    if "category" in values and values["category"] not in CATEGORIES:
        fields["category"] = _("Choose from the list.")
    if fields:
        raise BrandInvalid(_("Some fields need another look."), fields=fields)
