"""Names that come from the language data: time zones."""

import pytest
from flask import Flask

from marketplace.accounts.forms import TIME_ZONES
from marketplace.web.countries import time_zone_name
from marketplace.web.language import force_locale, install_language


@pytest.fixture
def app():
    app = Flask("marketplace")
    app.config["DEFAULT_LANGUAGE"] = "en"
    install_language(app)
    return app


class TestTimeZones:
    @pytest.mark.parametrize(
        ("zone", "english", "arabic"),
        [
            ("Asia/Riyadh", "Riyadh", "الرياض"),
            ("America/New_York", "New York", "نيويورك"),
            ("UTC", "Coordinated Universal Time", "التوقيت العالمي المنسق"),
        ],
    )
    def test_are_called_after_their_city_in_the_readers_language(self, app, zone, english, arabic):
        with app.app_context():
            with force_locale("en"):
                assert time_zone_name(zone) == english
            with force_locale("ar"):
                assert time_zone_name(zone) == arabic

    def test_all_have_an_arabic_name_where_they_are_offered(self, app):
        with app.app_context(), force_locale("ar"):
            names = [time_zone_name(zone) for zone in TIME_ZONES]
        assert len(set(names)) == len(TIME_ZONES)
        assert not [name for name in names if name.isascii()]
