"""What brands sell, as a closed list: briefs and exclusivity name one, influencers refuse some.

The second group is what people most often refuse; it is never preselected.
"""

from collections.abc import Mapping

from marketplace.web.language import lazy_gettext as _

CATEGORIES: Mapping[str, object] = {
    "food": _("Food and drinks"),
    "restaurants": _("Restaurants and cafes"),
    "beauty": _("Beauty and care"),
    "fragrance": _("Perfume and incense"),
    "fashion": _("Fashion and jewellery"),
    "family": _("Family and children"),
    "home": _("Home and furniture"),
    "health": _("Health and pharmacy"),
    "fitness": _("Fitness and sports"),
    "travel": _("Travel and hotels"),
    "cars": _("Cars and transport"),
    "technology": _("Technology and electronics"),
    "apps": _("Apps and online services"),
    "gaming": _("Games"),
    "education": _("Education and books"),
    "entertainment": _("Entertainment and events"),
    "arts": _("Arts and crafts"),
    "pets": _("Pets"),
    "retail": _("Shops and retail"),
    "telecom": _("Telecommunications"),
    "finance": _("Banking and insurance"),
    "property": _("Property"),
    "public": _("Public bodies and charities"),
    "investment": _("Trading and investment"),
    "crypto": _("Crypto assets"),
    "clinics": _("Cosmetic clinics"),
    "weight_loss": _("Weight loss products"),
    "energy_drinks": _("Energy drinks"),
    "tobacco": _("Tobacco and vaping"),
    "alcohol": _("Alcohol"),
    "gambling": _("Gambling"),
    "politics": _("Politics"),
}


def category_label(code: str) -> str:
    """Return the category in the reader's language; the code itself for one that is no longer in the list."""
    return str(CATEGORIES.get(code, code))
