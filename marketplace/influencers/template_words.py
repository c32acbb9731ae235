"""Filters that turn codes into words in the reader's language, for every template of the product."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint

from marketplace.categories import category_label
from marketplace.influencers.labels import figure_label, kind_label, platform_label
from marketplace.influencers.queries import as_moment
from marketplace.web.countries import city_name, country_name, language_name
from marketplace.web.topic_names import topic_name

FILTERS: Mapping[str, Callable[..., Any]] = {
    "platform_name": platform_label,
    "kind_name": kind_label,
    "figure_name": figure_label,
    "category_name": category_label,
    "topic_name": topic_name,
    "city_name": city_name,
    "country_name": country_name,
    "language_name": language_name,
    "moment": as_moment,
}


def add_word_filters(blueprint: Blueprint) -> None:
    """Register the filters for the whole application."""
    for name, function in FILTERS.items():
        blueprint.add_app_template_filter(function, name)
