"""Reading rendered markup with a parser rather than guessing at its text."""

from html.parser import HTMLParser


def attributes(html: str, tag: str) -> list[dict[str, str | None]]:
    """Every `tag` of a text as its attributes, read by a parser rather than guessed."""
    found: list[dict[str, str | None]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, name: str, attrs: list[tuple[str, str | None]]) -> None:
            if name == tag:
                found.append(dict(attrs))

    Reader().feed(html)
    return found
