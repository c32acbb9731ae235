"""Whose tax status it is."""

from enum import StrEnum


class TaxSide(StrEnum):
    BRAND = "brand"
    INFLUENCER = "influencer"
