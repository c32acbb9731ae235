"""The living style page: every part with data, in the language asked for, light and dark beside each other.

Registered in development and in the demo only.
"""

from flask import Blueprint, render_template, request

from marketplace.styleguide.samples import sample_form, samples
from marketplace.web.access import public
from marketplace.web.context import now
from marketplace.web.language import DIRECTION, current_language, force_locale

blueprint = Blueprint("styleguide", __name__)


@blueprint.get("/styleguide")
@public
def show_styleguide() -> str:
    """Show every part; `?language=ar` or `en` overrides the reader's own."""
    asked = request.args.get("language", "")
    language = asked if asked in DIRECTION else current_language()
    with force_locale(language):
        forms = {theme: sample_form(language, theme) for theme in ("light", "dark")}
        return render_template(
            "styleguide/page.html",
            language=language,
            samples=samples(language, now()),
            forms=forms,
        )
