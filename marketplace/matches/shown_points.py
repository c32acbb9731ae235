"""The points of a receipt as people read them: with one decimal, and adding up to the score beside them."""

import math

from matching.receipts import Receipt

TENTHS, WHOLE = 10, 100


def shown_points(receipt: Receipt) -> dict[str, float]:
    """Return the points of each part and adjustment by its name, those taken away negative, in tenths of a point.

    100 and all of them make the score rounded to a tenth: every figure goes down to a tenth, and the tenths left over go to
    the largest remainders, ties to the earlier line. A receipt whose own figures do not make its score is rounded line by line.
    """
    exact = {part.name: -part.points for part in receipt.parts}
    exact |= {line.name: line.points for line in receipt.adjustments}
    tenths = {name: math.floor(points * TENTHS) for name, points in exact.items()}
    left_over = round((round(receipt.score, 1) - WHOLE) * TENTHS) - sum(tenths.values())
    if not 0 <= left_over <= len(tenths):
        return {name: round(points, 1) for name, points in exact.items()}
    remainders = {name: round(points * TENTHS - tenths[name], 6) for name, points in exact.items()}
    for name in sorted(exact, key=lambda name: -remainders[name])[:left_over]:
        tenths[name] += 1
    return {name: count / TENTHS for name, count in tenths.items()}
