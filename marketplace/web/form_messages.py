"""What WTForms refuses by itself, in the words of this site.

Its own catalogues have another tone, lack plural forms of Arabic (such a refusal came out in English) and write figures
their own way; they answer only for what is not named here.
"""

from collections.abc import Callable, Mapping
from functools import cache

from babel import support
from wtforms.i18n import messages_path

from marketplace.web.formats import number
from marketplace.web.language import current_language, gettext
from marketplace.web.language import lazy_gettext as _

PLAIN: Mapping[str, object] = {
    "This field is required.": _("Fill this in."),
    "Not a valid choice.": _("Choose from the list."),
    "Invalid Choice: could not coerce.": _("Choose from the list."),
    "Not a valid date value.": _("Give the day as year, month and day, for example 2027-03-31."),
    "Not a valid datetime value.": _("Give the day and the time, for example 2027-03-31 09:00."),
}
BETWEEN = "Field must be between %(min)d and %(max)d characters long."
#: WTForms' sentence -> ours for the number it names
COUNTED: Mapping[str, Callable[[int], str]] = {
    "Field cannot be longer than %(max)d character.": lambda most: gettext(
        "Shorten this to %(count)s characters.", count=number(most)
    ),
    "Field must be at least %(min)d character long.": lambda least: gettext(
        "Use at least %(count)s characters.", count=number(least)
    ),
}


@cache
def _delivered(language: str) -> support.NullTranslations:
    """Return WTForms' own messages in a language; Flask-WTF would read their file again for every request."""
    return support.Translations.load(messages_path(), [language], domain="wtforms")


class OwnMessages:
    """The translations object that WTForms asks, in the language in force."""

    def gettext(self, string: str) -> str:
        """Return a sentence; WTForms fills in its figures afterwards."""
        if string == BETWEEN:
            return gettext("Use %(least)s to %(most)s characters.", least="%(min)d", most="%(max)d")
        own = PLAIN.get(string)
        return str(_delivered(current_language()).ugettext(string) if own is None else own)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Return a sentence about `n`, with its figure where it is ours."""
        own = COUNTED.get(singular)
        if own is not None:
            return own(n)
        return str(_delivered(current_language()).ungettext(singular, plural, n))


OWN_MESSAGES = OwnMessages()
