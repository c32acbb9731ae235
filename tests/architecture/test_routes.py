"""Every route says who may come in, so that forgetting it is a failing test and not an open door."""

from collections.abc import Iterator

from flask import Flask
from werkzeug.routing import Rule

from marketplace.errors import KINDS
from marketplace.web.access import STATIC_FILES, access_of
from marketplace.web.errors import STATUS_OF_KIND

WITHOUT_DECLARATION = {STATIC_FILES}
AUTOMATIC_METHODS = {"HEAD", "OPTIONS"}


def ways_in(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in WITHOUT_DECLARATION:
            for method in (rule.methods or set()) - AUTOMATIC_METHODS:
                yield rule, method


class TestRoutes:
    def test_declare_who_may_come_in(self, site):
        assert [
            f"{method} {rule.rule} ({rule.endpoint})"
            for rule, method in ways_in(site)
            if access_of(site.view_functions[rule.endpoint], method) is None
        ] == []

    def test_are_found(self, site):
        assert len(list(ways_in(site))) > 5


class TestErrorKinds:
    def test_all_have_a_status(self):
        assert set(STATUS_OF_KIND) == set(KINDS)
