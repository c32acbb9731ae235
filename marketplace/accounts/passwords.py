"""Password hashing (argon2id) and the refusal of weak ones."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

LENGTH_MIN, LENGTH_MAX = 10, 128
SCORE_MIN = 2

_HASHERS = {"normal": PasswordHasher(), "low": PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)}


class Passwords:
    """Hashes and checks passwords at one cost ("low" exists for tests and the demo's seeding only)."""

    def __init__(self, cost: str = "normal") -> None:
        self._hasher = _HASHERS[cost]
        # Checked when there is no such user, so that the time taken does not tell whether an address is registered.
        self._nobody = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """Return the encoded hash."""
        return self._hasher.hash(password)

    def is_right(self, encoded: str | None, password: str) -> bool:
        """Compare in the same time whether or not there is a hash to compare with."""
        try:
            self._hasher.verify(encoded or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return encoded is not None


def is_too_weak(password: str, own_words: list[str]) -> bool:
    """Return whether the password is short, known, or guessable from the user's own words (zxcvbn score below 2)."""
    if not LENGTH_MIN <= len(password) <= LENGTH_MAX:
        return True
    # zxcvbn's time grows with length; what it can say is in the first 72 characters.
    return int(zxcvbn(password[:72], user_inputs=own_words)["score"]) < SCORE_MIN
