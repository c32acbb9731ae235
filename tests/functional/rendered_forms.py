"""What a browser would send of a rendered form, so that a test posts what the page holds and nothing else."""

from html.parser import HTMLParser

UNSENT = {"submit", "button", "checkbox", "radio"}


class _Reader(HTMLParser):
    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.is_inside, self.fields = action, False, dict[str, str]()
        self.form_id: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = dict(attrs)
        if tag == "form":
            self.is_inside = own.get("action") == self.action
            self.form_id = own.get("id") if self.is_inside else self.form_id
        elif (
            (self.is_inside or own.get("form", "") == self.form_id)
            and tag in {"input", "textarea"}
            and own.get("type") not in UNSENT
        ):
            self.fields[own.get("name") or ""] = own.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_inside = False


def fields_of(html: str, action: str) -> dict[str, str]:
    """Return the typed and hidden fields of the form that posts to an address, ticks and choices left out."""
    reader = _Reader(action)
    reader.feed(html)
    assert reader.fields, f"no form posts to {action}"
    return reader.fields
