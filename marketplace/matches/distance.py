"""Who was reached for want of closer ones: how much a brief's topic may cost before somebody is only distantly related."""

from matching.receipts import Receipt

#: points that what the brief says and the topic may take together before somebody is only distantly related to it
DISTANT_FROM = 35
TOPIC_PARTS = frozenset({"relevance", "specialism"})


def is_distant(receipt: Receipt) -> bool:
    """Return whether the place was reached for want of closer ones; audience, price and the draw say nothing of that.

    A receipt's parts hold the points they take, as positive numbers.
    """
    return sum(part.points for part in receipt.parts if part.name in TOPIC_PARTS) > DISTANT_FROM
