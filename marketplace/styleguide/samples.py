"""Made-up values for the style page, in both languages; nobody in them is real."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired

from marketplace.quotes.card_lines import SUBTOTAL, TOTAL, CardLine
from marketplace.styleguide.sample_words import WORDS
from marketplace.web.formats import deadline, money
from marketplace.web.forms import Form

PARTS_POINTS = (-9.4, -12.1, -5.3, -3.8, 1.6)
INCOME_MINOR = (0, 42_000, 38_500, 61_000, 55_000, 90_000, 72_500, 84_000, 120_000, 99_000, 131_000, 148_000)


class SampleForm(Form):
    """One field of each kind; labels are set in the language of the page."""

    title = StringField("Title", validators=[DataRequired()])
    story = TextAreaField("What is it about?")
    email = EmailField("Email", validators=[DataRequired()])
    budget = StringField("Budget", validators=[DataRequired()])
    platform = SelectField(
        "Platform", choices=[SelectChoice("instagram", "Instagram"), SelectChoice("tiktok", "TikTok")]
    )
    due_on = DateField("Due on")
    kind = RadioField(
        "Kind",
        choices=[SelectChoice("story", "Story"), SelectChoice("reel", "Reel")],
        default="reel",
        validators=[DataRequired()],
    )
    is_public = BooleanField("Show my name")


def samples(language: str, now: datetime) -> dict[str, Any]:
    """Return the values of every part; texts in `language`, times around `now`."""
    words = WORDS[language]
    return {
        "words": words,
        "now": now,
        "score": 100 + sum(PARTS_POINTS),
        "parts": [
            {"label": label, "points": points, "note": note}
            for (label, note), points in zip(words["parts"], PARTS_POINTS, strict=True)
        ],
        "filters": [{"label": label, "is_passed": is_passed} for label, is_passed in words["filters"]],
        "quote": _quote(words, now),
        "money_steps": _money_steps(words, now),
        "events": _events(words, now),
        "messages": [
            {"author": author, "at": now - timedelta(hours=hours), "text": text, "is_mine": is_mine}
            for author, hours, text, is_mine in words["messages"]
        ],
        "income_rows": _rows(words["months"], INCOME_MINOR),
        "topic_rows": _rows(words["facets"][0][1], (62, 31, 7)),
        "reach": [6, 7, 8, 9, 10, 12, 13, 14, 15, 16, 17, 18],
        "later": now + timedelta(days=3, hours=2),
        "soon": now + timedelta(hours=5),
        "past": now - timedelta(days=2),
        **_lists(words, now),
    }


def _rows(labels: Sequence[str], values: Sequence[int]) -> list[dict[str, Any]]:
    return [{"label": label, "value": value} for label, value in zip(labels, values, strict=True)]


def _lists(words: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Return what tables, tabs, facets, chips, steps and differences show; facet names are set apart by theme."""
    return {
        "chips": [
            {"label": label, "value": value, "remove_url": "#chips"} for label, value in words["understood"]
        ],
        "tabs": [
            {"href": "#lists", "label": label, "count": count, "is_current": place == 0}
            for place, (label, count) in enumerate(words["tabs"])
        ],
        "columns": [
            {"key": key, "label": label, "kind": kind}
            for (key, kind), label in zip(
                (("who", "text"), ("what", "user"), ("due", "text"), ("sum", "number")),
                words["columns"],
                strict=True,
            )
        ],
        "rows": [
            {
                "who": {"text": who, "href": "#lists"},
                "what": what,
                "due": deadline(now + timedelta(days=place)),
                "sum": money(190_000 + place * 35_050, "SAR"),
            }
            for place, (who, what) in enumerate(words["rows"], start=1)
        ],
        "facets": {theme: _facets(words, theme) for theme in ("light", "dark")},
        "diff": [
            {"label": label, "before": before, "after": after} for label, before, after in words["diff"]
        ],
        "steps": [
            {"label": label, "state": state, "href": "#steps" if state == "now" else None}
            for label, state in zip(words["steps"], ("done", "done", "now", "next"), strict=True)
        ],
    }


def _facets(words: dict[str, Any], theme: str) -> list[dict[str, Any]]:
    return [
        {
            "name": f"{theme}-{group}",
            "label": label,
            "options": [
                {"value": str(place), "label": option, "count": 40 - 13 * place, "is_on": place == 0}
                for place, option in enumerate(options)
            ],
        }
        for group, (label, options) in enumerate(words["facets"])
    ]


def sample_form(language: str, theme: str) -> SampleForm:
    """Return the form as it comes back with a mistake; ids and names are set apart by theme."""
    words = WORDS[language]
    form = SampleForm(
        formdata=None,
        prefix=f"{theme}-",
        meta={"csrf": False},
        data={"story": words["user_text"], "email": "lina@example.com"},
    )
    for entry, label in zip(form, words["labels"], strict=True):
        entry.label.text = label
    form.budget.errors = [words["mistake"]]
    return form


def _quote(words: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Return a quote whose lines add up: 2,450 listed, 10 % fee, 15 % tax on the fee."""
    base, rights, exclusivity, rush, fee, tax = 190_000, 30_000, 15_000, 10_000, 24_500, 3_675
    receives = base + rights + exclusivity + rush
    lines = (
        CardLine("base", words["base"], base),
        CardLine("rights", words["rights_title"], rights, words["rights"]),
        CardLine("exclusivity", words["exclusivity_title"], exclusivity, words["exclusivity"]),
        CardLine("rush", words["rush"], rush),
        CardLine("net", words["receives"], receives, words["paid_on"], SUBTOTAL),
        CardLine("fee", words["fee_title"], fee, words["fee"]),
        CardLine("tax", words["tax_title"], tax, words["tax"]),
        CardLine("total", words["pays"], receives + fee + tax, "", TOTAL),
    )
    return {
        "currency": "SAR",
        "lines": lines,
        "expires_at": now + timedelta(hours=48),
        "reference": "Q-7F3A-0192",
        "cancellation": [
            {"stage": stage, "receives_minor": receives * share // 100}
            for stage, share in zip(words["stages"], (0, 10, 50, 100), strict=True)
        ],
    }


def _money_steps(words: dict[str, Any], now: datetime) -> list[dict[str, Any]]:
    rows = (
        ("paid", "done", 273_175, now - timedelta(days=9), None),
        ("held", "done", 245_000, now - timedelta(days=9), None),
        ("in_review", "now", 122_500, now + timedelta(hours=41), words["auto_release"]),
        ("released", "next", 122_500, None, None),
        ("in_bank", "next", None, None, words["next_day"]),
    )
    return [
        {"key": key, "state": state, "amount_minor": amount, "at": at, "note": note}
        for key, state, amount, at, note in rows
    ]


def _events(words: dict[str, Any], now: datetime) -> list[dict[str, Any]]:
    looks = (("credit-card", "trace"), ("upload", "sky"), ("arrow-counterclockwise", "saffron"))
    return [
        {
            "at": now - timedelta(days=days),
            "title": title,
            "text": text,
            "actor": actor,
            "icon": icon,
            "tone": tone,
        }
        for (title, text, actor, days), (icon, tone) in zip(words["events"], looks, strict=True)
    ]
