"""What brands sell: the categories influencers may refuse and exclusivity is sold by."""

from marketplace.web.language import lazy_gettext as _

CATEGORIES: dict[str, object] = {
    "beauty": _("Beauty and care"),
    "fashion": _("Fashion"),
    "food": _("Food and drink"),
    "restaurants": _("Restaurants and cafés"),
    "home": _("Home and furniture"),
    "family": _("Family and children"),
    "health": _("Health and supplements"),
    "fitness": _("Sport and fitness"),
    "technology": _("Technology and apps"),
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
    "nicotine": _("Tobacco and nicotine"),
    "gambling": _("Games of chance"),
    "energy_drinks": _("Energy drinks"),
}
