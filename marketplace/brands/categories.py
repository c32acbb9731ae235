"""What brands sell: the list of the house, which influencers refuse by and exclusivity is sold by."""

from marketplace.categories import CATEGORIES

__all__ = ["CATEGORIES"]
