"""Pages do not depend on the dialect: one database for them."""

from tests.functional.matches.conftest import database_url
from tests.functional.matches.matching_site import site

__all__ = ["database_url", "site"]
