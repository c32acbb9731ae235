"""The site of matching on both databases."""

from tests.functional.matches.matching_site import site

__all__ = ["site"]
