"""What the tests of words share: an application whose language is English."""

from tests.unit.matches.conftest import english

__all__ = ["english"]
