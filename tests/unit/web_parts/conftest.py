"""A bare application that renders the parts alone: no database, no accounts, plain filters."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Blueprint, Flask, render_template_string
from flask_babel import Babel, force_locale

from marketplace.quotes.policy_records import load_records

PACKAGE = Path(__file__).parents[3] / "marketplace"


def _build() -> Flask:
    app = Flask("parts", template_folder=str(PACKAGE / "templates"), static_folder=str(PACKAGE / "static"))
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    Babel(app)
    app.jinja_env.filters.update(
        money=lambda minor, currency, **_: f"{currency} {minor / 100:,.2f}",
        currency_sign=str,
        number=lambda value, decimals=None: f"{value:,}" if decimals is None else f"{value:,.{decimals}f}",
        signed_number=lambda value, decimals: f"{value:+,.{decimals}f}".replace("-", "−"),
        compact=lambda value: f"{value:,}",
        percent=lambda share: f"{share:.0%}",
        date=str,
        datetime=str,
        relative=lambda at: f"about {at:%d %b}",
        deadline=lambda at: f"{at:%a %d %b}, soon",
        span=lambda time: f"{time.total_seconds() / 3600:.0f} hours",
        times=lambda count: f"{count} times",
    )
    app.jinja_env.globals.update(
        asset=lambda name: f"/static/{name}",
        csrf_token=lambda: "token",
        has_endpoint=lambda _name: False,
        deal_policy=lambda: load_records()[-1],
    )
    web = Blueprint("web", __name__)
    web.add_url_rule("/language", "set_language", lambda: "", methods=["POST"])
    app.register_blueprint(web)
    return app


@pytest.fixture(scope="session")
def parts_app() -> Flask:
    return _build()


@pytest.fixture
def render(parts_app: Flask) -> Callable[..., str]:
    """Render a template text; `language` is that of the page, further names are its variables."""

    def render_text(source_text: str, /, language: str = "en", **values: object) -> str:
        with parts_app.test_request_context("/page?x=1"), force_locale(language):
            return render_template_string(source_text, language=language, **values)

    return render_text
