"""What would move an influencer up, in words, with the page on which it is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marketplace.web.formats import money, number
from marketplace.web.language import gettext, ngettext


@dataclass(frozen=True, slots=True)
class MoveWords:
    """One change: what to do, what it brings, and the endpoint where it is done."""

    text: str
    gain: str
    endpoint: str


ENDPOINTS = {
    "prove_channel": "influencers.own_channels",
    "add_posts": "influencers.own_posts",
    "price_to_market": "listings.own_listings",
    "add_audience": "influencers.own_channels",
    "free_slot": "influencers.own_calendar",
    "explain_figures": "authenticity.own_authenticity",
}


def move_words(moves: Sequence[Mapping[str, Any]]) -> list[MoveWords]:
    """Return the moves in words; kinds that this release does not know are left out."""
    return [
        MoveWords(_text(move), _gain(move), ENDPOINTS[move["name"]])
        for move in moves
        if move["name"] in ENDPOINTS
    ]


def _text(move: Mapping[str, Any]) -> str:
    name, params = move["name"], move["params"]
    if name == "add_posts":
        count = int(params["count"])
        return ngettext(
            "Add %(num)d post on the brief’s topic", "Add %(num)d posts on the brief’s topic", count
        )
    if name == "price_to_market":
        price = money(int(params["price_minor"]), str(params["currency"]))
        return gettext("Ask %(price)s, as peers of your size do or the budget allows", price=price)
    return {
        "prove_channel": gettext("Prove your channel"),
        "add_audience": gettext(
            "Add where your audience lives and what it speaks, if it is as the brief asks"
        ),
        "free_slot": gettext("Free a place in your calendar"),
        "explain_figures": gettext("Explain the figures that are called unusual, if an operator accepts it"),
    }[name]


def _gain(move: Mapping[str, Any]) -> str:
    rank = number(int(move["rank"]))
    if move["places"] is None:
        return gettext("you would be shown, at place %(rank)s", rank=rank)
    if move["places"] == 0:
        return gettext("the same place, a higher score: %(score)s", score=number(round(move["score"], 1)))
    return ngettext(
        "%(num)d place up, to place %(rank)s",
        "%(num)d places up, to place %(rank)s",
        int(move["places"]),
        rank=rank,
    )
