"""A draft becomes terms only as a whole: every field at fault is named, and what outlives the hold is refused."""

from contextlib import suppress
from datetime import UTC, date, datetime

import pytest

from marketplace.briefs.drafts import ENTRIES_MAX, DraftTooLarge, clean_draft, default_draft
from marketplace.briefs.preview import preview_of
from marketplace.briefs.validation import BriefIncomplete, read_price, read_terms
from marketplace.quotes.policy_records import policy_at
from marketplace.web import reading
from payments.money import CURRENCIES

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
POLICY = policy_at(NOW)
DRAFT = default_draft(language="en", currency="SAR", country="SA", category="food") | {
    "title": "Cold brew at home",
    "goal": "awareness",
    "product": "Cold brew set",
    "text": "Show how you make cold brew at home with our set.",
    "topics": ["coffee"],
    "platforms": ["instagram"],
    "deliverables": [
        {"kind": "reel", "count": "1", "price": "1,500"},
        {"kind": "", "count": "1", "price": ""},
    ],
    "budget": "٣٬٠٠٠",
    "seats": "2",
    "starts_on": "2026-03-20",
    "ends_on": "2026-04-01",
    "criteria": [
        {"kind": "label", "text": "Says that it is an advertisement", "weight": "40"},
        {"kind": "other", "text": "Shows the whole brewing", "weight": "60"},
    ],
}
HOSTILE: list[object] = [
    "\x00",
    "<script>alert(1)</script>",
    "9" * 400,
    "-1",
    "1e3",
    None,
    [],
    {},
    True,
    "NaN",
    "٠",
    "²",
]


def problems(**changes):
    with pytest.raises(BriefIncomplete) as refused:
        read_terms(DRAFT | changes, policy=POLICY, settled=tuple(CURRENCIES), now=NOW)
    return refused.value.fields


REACH_ME = "Write to ads@brand.example or call 0501234567 for your free set."


def row(**changes):
    return [{"kind": "reel", "count": "1", "price": "1500"} | changes]


class TestReadTerms:
    def test_reads_a_complete_draft(self):
        terms = read_terms(DRAFT, policy=POLICY, settled=tuple(CURRENCIES), now=NOW)
        assert terms.deliverables == [{"kind": "reel", "count": 1, "price_minor": 150_000}]
        assert terms.budget_minor == 300_000
        assert terms.audience == {"countries": ["SA"], "languages": [], "share": 0.25}
        assert (terms.followers_min, terms.followers_max) == (1_000, 100_000)
        assert (terms.starts_on, terms.ends_on) == (date(2026, 3, 20), date(2026, 4, 1))
        assert [criterion["id"] for criterion in terms.criteria] == ["c1", "c2"]
        assert terms.rights == {
            "organic_months": 6,
            "amplification_months": 0,
            "territory": "SA",
            "ai_training": False,
        }

    @pytest.mark.parametrize("field", ["title", "product", "text"])
    def test_refuses_ways_around_the_platform_beside_their_field(self, field):
        found = problems(**{field: REACH_ME})
        assert set(found) == {field}
        assert str(found[field]).startswith("Leave the mail address and the phone number out")

    def test_says_of_a_text_only_that_it_is_too_long(self, monkeypatch):
        read: list[str] = []
        monkeypatch.setattr(reading, "contact_problem", lambda text, **_: read.append(text))
        found = problems(**dict.fromkeys(("title", "product", "text"), REACH_ME * 1_000))
        assert {str(message)[:3] for message in found.values()} == {"Use"}
        assert all(len(text) < 1_000 for text in read)

    def test_refuses_them_in_reasons_and_criteria_too(self):
        criteria = [{"kind": "other", "text": REACH_ME, "weight": "100"}]
        found = problems(criteria=criteria, followers_max="500000", followers_reason=REACH_ME)
        assert set(found) == {"criteria-0-text", "followers_reason"}

    def test_lets_an_account_to_be_tagged_stand(self):
        text = "Show how you make cold brew at home and tag @cold.brew in it."
        assert (
            read_terms(DRAFT | {"text": text}, policy=POLICY, settled=tuple(CURRENCIES), now=NOW).text == text
        )

    def test_names_everything_that_an_empty_draft_lacks(self):
        with pytest.raises(BriefIncomplete) as refused:
            read_terms({}, policy=POLICY, settled=tuple(CURRENCIES), now=NOW)
        assert {
            "title",
            "goal",
            "text",
            "topics",
            "platforms",
            "deliverables",
            "currency",
            "criteria",
        } <= set(refused.value.fields)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"title": "abc"}, "title"),
            ({"goal": "fame"}, "goal"),
            ({"text": "too short"}, "text"),
            ({"category": "weapons"}, "category"),
            ({"topics": []}, "topics"),
            ({"topics": ["no such topic"]}, "topics"),
            ({"platforms": ["friendster"]}, "platforms"),
            ({"language": "fr"}, "language"),
            ({"currency": "XAU"}, "currency"),
            ({"budget": "0"}, "budget"),
            ({"budget": "2,999"}, "budget"),
            ({"seats": "0"}, "seats"),
            ({"seats": "-2"}, "seats"),
            ({"share": "101"}, "share"),
            ({"deliverables": []}, "deliverables"),
            ({"deliverables": row(price="")}, "deliverables-0-price"),
            ({"deliverables": row(kind="statue")}, "deliverables-0-kind"),
            ({"deliverables": row(count="0")}, "deliverables-0-count"),
            ({"deliverables": row(kind="podcast_read")}, "deliverables"),
            (
                {
                    "deliverables": row() + row(kind="long_video"),
                    "platforms": ["instagram", "youtube"],
                    "budget": "9000",
                },
                "deliverables",
            ),
            ({"starts_on": "2026-02-28"}, "starts_on"),
            ({"starts_on": "tomorrow"}, "starts_on"),
            ({"ends_on": "2026-03-19"}, "ends_on"),
            ({"starts_on": "2026-03-01", "ends_on": "2026-03-05"}, "ends_on"),
            ({"followers_min": "999"}, "followers_min"),
            ({"followers_max": "1000"}, "followers_max"),
            ({"organic_months": "25"}, "organic_months"),
            ({"exclusivity_days": "10", "exclusivity_category": ""}, "exclusivity_category"),
            ({"requires_disclosure": False}, "requires_disclosure"),
            ({"territory": ""}, "territory"),
            ({"criteria": []}, "criteria"),
            ({"criteria": [{"kind": "other", "text": "All of it", "weight": "99"}]}, "criteria"),
            ({"criteria": [{"kind": "taste", "text": "All of it", "weight": "100"}]}, "criteria-0-kind"),
            ({"criteria": [{"kind": "other", "text": "All of it", "weight": "x"}]}, "criteria-0-weight"),
        ],
    )
    def test_names_the_field_at_fault_alone(self, changes, field):
        assert set(problems(**changes)) == {field}

    @pytest.mark.parametrize("field", sorted(DRAFT))
    @pytest.mark.parametrize("value", HOSTILE, ids=repr)
    def test_answers_hostile_values_with_messages(self, field, value):
        with suppress(BriefIncomplete):  # any other exception would be a stack trace for somebody
            read_terms(DRAFT | {field: value}, policy=POLICY, settled=tuple(CURRENCIES), now=NOW)

    def test_asks_for_words_above_the_micro_gate(self):
        assert set(problems(followers_max="250,000")) == {"followers_reason"}
        terms = read_terms(
            DRAFT | {"followers_max": "250,000", "followers_reason": "A launch for the whole country"},
            policy=POLICY,
            settled=tuple(CURRENCIES),
            now=NOW,
        )
        assert (terms.followers_max, terms.followers_reason) == (250_000, "A launch for the whole country")

    def test_forgets_the_words_within_the_gate(self):
        terms = read_terms(
            DRAFT | {"followers_reason": "left over"}, policy=POLICY, settled=tuple(CURRENCIES), now=NOW
        )
        assert terms.followers_reason == ""

    @pytest.mark.parametrize("ends_on", ["2026-05-15", "9999-12-31"])
    def test_refuses_what_outlives_the_hold(self, ends_on):
        found = problems(ends_on=ends_on)
        assert set(found) == {"ends_on"}
        assert "75" in str(found["ends_on"])
        assert "13 May 2026 at the latest" in str(found["ends_on"])

    def test_takes_the_last_day_that_the_hold_allows(self):
        assert read_terms(
            DRAFT | {"ends_on": "2026-05-13"}, policy=POLICY, settled=tuple(CURRENCIES), now=NOW
        ).ends_on == date(2026, 5, 13)

    def test_needs_no_disclosure_where_nothing_is_published(self):
        draft = DRAFT | {"requires_disclosure": False, "deliverables": row(kind="content_file")}
        assert (
            read_terms(draft, policy=POLICY, settled=tuple(CURRENCIES), now=NOW).requires_disclosure is False
        )

    def test_takes_no_prices_with_listed_ones(self):
        draft = DRAFT | {"pricing": "listing", "deliverables": row(price="")}
        assert (
            read_terms(draft, policy=POLICY, settled=tuple(CURRENCIES), now=NOW).deliverables[0][
                "price_minor"
            ]
            is None
        )

    @pytest.mark.parametrize("changes", [{"organic_months": "7"}, {"ai_training": True}])
    def test_asks_of_listed_prices_only_what_they_can_include(self, changes):
        assert set(problems(pricing="listing", deliverables=row(price=""), **changes)) == set(changes)


class TestCleanDraft:
    def test_keeps_known_fields_whatever_they_hold(self):
        assert clean_draft(
            {"title": " x\x00 ", "budget": 5, "topics": "coffee", "is_rush": "y", "evil": 1}
        ) == {
            "title": " x ",
            "budget": "5",
            "topics": ["coffee"],
            "is_rush": True,
        }

    def test_keeps_known_columns_of_rows(self):
        draft = clean_draft({"criteria": [{"text": "t", "x": 1}]})
        assert draft["criteria"] == [{"kind": "", "text": "t", "weight": ""}]

    @pytest.mark.parametrize("name", ["criteria", "topics"])
    def test_leaves_nothing_out_of_a_list_that_is_too_long(self, name):
        with pytest.raises(DraftTooLarge):
            clean_draft({name: [{"text": "t"} if name == "criteria" else "a"] * (ENTRIES_MAX + 1)})

    def test_refuses_more_than_a_brief_can_hold(self):
        with pytest.raises(DraftTooLarge):
            clean_draft({"text": "x" * 70_000})


class TestReadPrice:
    def test_reads_prices_of_a_draft_that_lacks_all_else(self):
        rows, currency = read_price({"pricing": "fixed", "currency": "SAR", "deliverables": row(count="3")})
        assert (rows[0]["count"], rows[0]["price_minor"], currency) == (3, 150_000, "SAR")

    @pytest.mark.parametrize(
        "changes", [{"pricing": "listing"}, {"deliverables": row(price="x")}, {"currency": ""}]
    )
    def test_refuses_prices_that_are_not_fixed_or_not_readable(self, changes):
        with pytest.raises(BriefIncomplete):
            read_price({"pricing": "fixed", "currency": "SAR", "deliverables": row()} | changes)


class TestPreviewOf:
    def test_shows_an_empty_draft(self):
        shown = preview_of({})
        assert (shown.title, shown.deliverables, shown.starts_on, shown.seats) == ("", [], None, 0)

    def test_shows_what_is_there(self):
        shown = preview_of(DRAFT)
        assert shown.deliverables == [{"kind": "reel", "count": 1, "price_minor": 150_000}]
        assert [criterion["weight"] for criterion in shown.criteria] == [40, 60]

    @pytest.mark.parametrize("value", HOSTILE, ids=repr)
    def test_never_fails_on_what_was_typed(self, value):
        preview_of(clean_draft(dict.fromkeys(DRAFT, value)))
