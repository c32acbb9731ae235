"""The listed price: what the influencer receives, whole, and how it divides over the pieces they owe.

A listing and the brand's choices give base, rights, exclusivity and rush; a brief that fixes its own prices gives a
base that covers everything it asks for. Amounts are minor units.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any, ClassVar, Self

from marketplace.errors import Invalid
from marketplace.listings.domain import FILE_ONLY, DeliverableKind
from marketplace.web.language import lazy_gettext as _
from payments.money import MAX_AMOUNT_MINOR, allocate, get_currency


class ChoiceNotSold(Invalid):
    """The listing does not sell what was chosen; `fields` names the choice."""

    code: ClassVar[str] = "choice_not_sold"


class ListingDoesNotFit(Invalid):
    """The listing lacks a deliverable, platform or the currency of the brief."""

    code: ClassVar[str] = "listing_does_not_fit"


class PriceNotPayable(Invalid):
    """The amount cannot be paid: above what a payment takes, or not in whole steps of the currency."""

    code: ClassVar[str] = "price_not_payable"


@dataclass(frozen=True, slots=True)
class ListingOffer:
    """The priced facts of a listing version."""

    platform: str
    title: str
    deliverables: tuple[tuple[str, int], ...]
    currency: str
    base_minor: int
    amplification_month_minor: int | None
    exclusivity_day_minor: int | None
    rush_minor: int | None
    rush_days: int | None
    turnaround_days: int


@dataclass(frozen=True, slots=True)
class Choices:
    """What a brand adds to a listing. Organic reposting within the included rights costs nothing."""

    is_rush: bool = False
    amplification_months: int = 0
    exclusivity_days: int = 0
    exclusivity_category: str = ""

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Build choices from JSON values; absent ones are not chosen."""
        return cls(
            is_rush=bool(plain.get("is_rush", False)),
            amplification_months=int(plain.get("amplification_months", 0)),
            exclusivity_days=int(plain.get("exclusivity_days", 0)),
            exclusivity_category=str(plain.get("exclusivity_category", "")),
        )

    def as_plain(self) -> dict[str, Any]:
        """Return JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Piece:
    """One deliverable with its share of the listed price."""

    number: int
    kind: str
    platform: str
    title: str
    is_published: bool
    net_minor: int

    def as_plain(self) -> dict[str, Any]:
        """Return JSON values, as a terms snapshot keeps them."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ListedPrice:
    """What the influencer receives, line by line, and the pieces whose amounts sum to it."""

    currency: str
    base_minor: int
    rights_minor: int
    exclusivity_minor: int
    rush_minor: int
    turnaround_days: int
    pieces: tuple[Piece, ...]

    @property
    def net_minor(self) -> int:
        return self.base_minor + self.rights_minor + self.exclusivity_minor + self.rush_minor


@dataclass(frozen=True, slots=True)
class BriefPrice:
    """The priced facts of a brief version that fixes its own prices."""

    platform: str
    title: str
    #: kind, count, price of one
    deliverables: tuple[tuple[str, int, int], ...]
    currency: str


def price_listing(offer: ListingOffer, choices: Choices) -> ListedPrice:
    """Price a listing with the brand's choices; every piece weighs the same.

    Raises:
        ChoiceNotSold: a chosen extra has no price in this listing.
        PriceNotPayable: see its class.

    """
    rights_minor = _times(
        offer.amplification_month_minor, choices.amplification_months, "amplification_months"
    )
    exclusivity_minor = _times(offer.exclusivity_day_minor, choices.exclusivity_days, "exclusivity_days")
    rush_minor = _times(offer.rush_minor, int(choices.is_rush), "is_rush")
    days = offer.rush_days if choices.is_rush and offer.rush_days else offer.turnaround_days
    net_minor = offer.base_minor + rights_minor + exclusivity_minor + rush_minor
    kinds = [kind for kind, count in offer.deliverables for _number in range(count)]
    pieces = _pieces(
        [(kind, 1) for kind in kinds],
        platform=offer.platform,
        title=offer.title,
        currency=offer.currency,
        net_minor=net_minor,
    )
    return ListedPrice(
        offer.currency, offer.base_minor, rights_minor, exclusivity_minor, rush_minor, days, pieces
    )


def price_brief(brief: BriefPrice, *, turnaround_days: int) -> ListedPrice:
    """Price a brief that fixes a price per deliverable; rights, exclusivity and rush are inside that price.

    Raises:
        PriceNotPayable: see its class.

    """
    weighted = [(kind, price) for kind, count, price in brief.deliverables for _number in range(count)]
    base_minor = sum(price for _kind, price in weighted)
    pieces = _pieces(
        weighted, platform=brief.platform, title=brief.title, currency=brief.currency, net_minor=base_minor
    )
    return ListedPrice(brief.currency, base_minor, 0, 0, 0, turnaround_days, pieces)


def check_listing_fits(
    offer: ListingOffer, *, platforms: Sequence[str], wanted: Iterable[tuple[str, int]], currency: str
) -> None:
    """Refuse a listing that cannot answer a brief.

    Raises:
        ListingDoesNotFit: another currency or platform, or fewer deliverables than asked.

    """
    if offer.currency != currency:
        raise ListingDoesNotFit(_("This listing is priced in another currency than the brief."))
    if platforms and offer.platform not in platforms:
        raise ListingDoesNotFit(_("This listing is for a platform that the brief does not ask for."))
    if not _are_held([offer], wanted):
        raise ListingDoesNotFit(_("This listing does not hold everything that the brief asks for."))


def cheapest_together(
    offers: Sequence[ListingOffer],
    *,
    platforms: Sequence[str],
    wanted: Iterable[tuple[str, int]],
    currency: str,
) -> int | None:
    """Return what the cheapest two listings of one platform cost that hold a brief's work only together; None where none do.

    A brief is answered with one listing: this is what one that holds both would cost at today's prices.
    """
    asked = list(wanted)
    sold = [
        each
        for each in offers
        if each.currency == currency and each.platform in (platforms or [each.platform])
    ]
    pairs = [pair for pair in combinations(sold, 2) if pair[0].platform == pair[1].platform]
    costs = [sum(each.base_minor for each in pair) for pair in pairs if _are_held(pair, asked)]
    return min(costs, default=None)


def _are_held(offers: Iterable[ListingOffer], wanted: Iterable[tuple[str, int]]) -> bool:
    held: Counter[str] = Counter()
    for offer in offers:
        for kind, count in offer.deliverables:
            held[kind] += count
    return all(held[kind] >= count for kind, count in wanted)


def _times(unit_minor: int | None, count: int, field: str) -> int:
    if count < 0:
        raise ChoiceNotSold(_("Choose zero or more."), fields={field: _("Choose zero or more.")})
    if count == 0:
        return 0
    if unit_minor is None:
        message = _("This listing does not sell that extra. Leave it out or choose another listing.")
        raise ChoiceNotSold(message, fields={field: message})
    return unit_minor * count


def _pieces(
    weighted: Sequence[tuple[str, int]], *, platform: str, title: str, currency: str, net_minor: int
) -> tuple[Piece, ...]:
    step = get_currency(currency).step_minor
    is_payable = 0 < net_minor <= MAX_AMOUNT_MINOR and net_minor % step == 0
    if not weighted or not is_payable or min(weight for _kind, weight in weighted) <= 0:
        raise PriceNotPayable(
            _("This price cannot be paid. Check that every deliverable has a price the currency can express.")
        )
    shares = allocate(net_minor, [weight for _kind, weight in weighted], step=step)
    if min(shares) <= 0:
        raise PriceNotPayable(_("The price is too small for so many deliverables."))
    return tuple(
        Piece(
            number=number,
            kind=kind,
            platform=platform,
            title=title,
            is_published=DeliverableKind(kind) not in FILE_ONLY,
            net_minor=share,
        )
        for number, ((kind, _weight), share) in enumerate(zip(weighted, shares, strict=True), start=1)
    )
