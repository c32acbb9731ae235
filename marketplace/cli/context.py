"""What commands run on: settings and services, opened when a command needs them."""

from flask import Flask

from marketplace.app import create_app
from marketplace.cli.site_settings import read_site_settings
from marketplace.services import Services
from marketplace.settings import Settings
from marketplace.web.request_log import configure_logging
from marketplace.wiring import build_services


def load_settings() -> Settings:
    """Read the settings and set logging up for them, or end with what is wrong with them."""
    settings = read_site_settings()
    configure_logging(settings.log_level, is_json=settings.is_production)
    return settings


def load_services(*, has_search: bool = False) -> Services:
    """Open the services of the settings."""
    return build_services(load_settings(), has_search=has_search)


def load_app(services: Services) -> Flask:
    """Return the application on the services, for commands that write in a reader's language."""
    return create_app(services)
