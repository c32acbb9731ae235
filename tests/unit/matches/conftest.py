"""What the tests of words share: an application whose language is English."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import force_locale

from marketplace.web.language import install_language


@pytest.fixture
def english() -> Iterator[None]:
    """Speak English for a test."""
    app = Flask("marketplace")
    app.config["DEFAULT_LANGUAGE"] = "en"
    install_language(app)
    with app.app_context(), force_locale("en"):
        yield
