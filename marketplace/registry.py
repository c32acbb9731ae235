"""Which features the application is made of: their HTML blueprints and their parts of the API."""

from flask import Blueprint, Flask
from flask_smorest import Api

from marketplace.web import pages as web_pages

PAGES: tuple[Blueprint, ...] = (web_pages.blueprint,)
API_PARTS: tuple[Blueprint, ...] = ()


def install_features(app: Flask, api: Api) -> None:
    """Register every page and every part of the API."""
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    for part in API_PARTS:
        api.register_blueprint(part, url_prefix="/api/v1" + (part.url_prefix or ""))
