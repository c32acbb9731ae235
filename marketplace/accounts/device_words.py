"""What a browser says of itself, in words that its owner recognises."""

from collections.abc import Sequence

from marketplace.web.language import gettext as _

#: a word of the user agent -> the name people know; browsers name those they descend from, so the first that fits counts
BROWSERS: Sequence[tuple[str, str]] = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Safari/", "Safari"),
)
SYSTEMS: Sequence[tuple[str, str]] = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def device_name(user_agent: str) -> str:
    """Return e.g. "Chrome on Windows"; what is not recognised as it calls itself."""
    browser, system = _known(BROWSERS, user_agent), _known(SYSTEMS, user_agent)
    if browser and system:
        return _("%(browser)s on %(system)s", browser=browser, system=system)
    return browser or system or user_agent.strip() or _("Unknown device")


def _known(table: Sequence[tuple[str, str]], user_agent: str) -> str:
    return next((name for word, name in table if word in user_agent), "")
