"""What brands sell, as a closed list: briefs and exclusivity name one, influencers refuse some.

What people most often refuse stands at the end.
"""

from collections.abc import Mapping

from marketplace.web.language import lazy_gettext as _

CATEGORIES: Mapping[str, object] = {
    "beauty": _("Beauty and care"),
    "fragrance": _("Perfume and incense"),
    "fashion": _("Fashion"),
    "food": _("Food and drink"),
    "restaurants": _("Restaurants and cafés"),
    "home": _("Home and furniture"),
    "family": _("Family and children"),
    "health": _("Health and supplements"),
    "fitness": _("Sport and fitness"),
    "technology": _("Technology and apps"),
    "telecom": _("Telecommunications"),
    "games": _("Games"),
    "cars": _("Cars"),
    "travel": _("Travel and hotels"),
    "education": _("Education and books"),
    "finance": _("Banking and finance"),
    "property": _("Property"),
    "retail": _("Shops and online shops"),
    "culture": _("Culture and events"),
    "public": _("Public bodies and charity"),
    "pets": _("Pets"),
    "investment": _("Trading and investment"),
    "crypto": _("Crypto assets"),
    "clinics": _("Cosmetic clinics"),
    "weight_loss": _("Weight loss products"),
    "energy_drinks": _("Energy drinks"),
    "nicotine": _("Tobacco and nicotine"),
    "alcohol": _("Alcohol"),
    "gambling": _("Games of chance"),
    "politics": _("Politics"),
}


def category_label(code: str) -> str:
    """Return the category in the reader's language; the code itself for one that is no longer in the list."""
    return str(CATEGORIES.get(code, code))
