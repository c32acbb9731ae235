"""Builds the application from the environment; nothing else."""

from marketplace.app import create_app
from marketplace.settings import read_settings
from marketplace.web.request_log import configure_logging
from marketplace.wiring import build_services

settings = read_settings()
configure_logging(settings.log_level, is_json=settings.is_production)
app = create_app(build_services(settings))
