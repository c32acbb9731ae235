"""Names of the formula's parts and groups, for pages."""

from marketplace.web.language import lazy_gettext as _

GROUPS = {
    "weights": _("Weight"),
    "neutral": _("Neutral value"),
    "fusion": _("Fusion of words, meaning and topics"),
    "reference": _("Reference of similarities"),
    "specialism": _("Specialist index"),
    "celebrity": _("Celebrity flag"),
    "authenticity": _("Unusual figures"),
    "audience": _("Audience"),
    "price": _("Price"),
}
PART_EXPLANATIONS = {
    "relevance": _(
        "How close what you write is to the brief: its words, its meaning, its topics. Posts count, newer ones more."
    ),
    "specialism": _(
        "What your posts prove on the brief’s topic: focus, a share that is surely at least so high, engagement on it, months of staying with it, and who in the field names you."
    ),
    "audience": _(
        "Whether the audience lives where the brand asks and speaks its language. Counted only when the brief asks."
    ),
    "authenticity": _(
        "Whether figures are unusual among influencers of the same platform and size. Never a verdict, always contestable."
    ),
    "performance": _(
        "Engagement against what is expected for your size: few posts promise little, and being large earns nothing."
    ),
    "price": _(
        "Your listed price against what peers of your size ask for the same. Being cheaper than that earns nothing more."
    ),
}


def group_label(name: str) -> str:
    return str(GROUPS.get(name, name))


def part_explanation(name: str) -> str:
    return str(PART_EXPLANATIONS.get(name, ""))
