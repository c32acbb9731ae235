"""Words of accounts: kinds of user, roles, languages."""

from enum import StrEnum


class UserKind(StrEnum):
    BRAND = "brand"
    INFLUENCER = "influencer"
    OPERATOR = "operator"


class BrandRole(StrEnum):
    """Owner and approver accept and pay; a buyer drafts, searches, shortlists, invites."""

    OWNER = "owner"
    APPROVER = "approver"
    BUYER = "buyer"


class OperatorRole(StrEnum):
    READER = "reader"
    MODERATOR = "moderator"
    SENIOR = "senior"
    FINANCE = "finance"
    ADMIN = "admin"


class TokenPurpose(StrEnum):
    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105  # a purpose, not a password
    JOIN_BRAND = "join_brand"


class ApiScope(StrEnum):
    """What an API key may be used for, within the rights of its owner."""

    READ = "read"
    WRITE = "write"
    MONEY = "money"


LANGUAGES = ("en", "ar")
DIGITS = ("latn", "arab")
