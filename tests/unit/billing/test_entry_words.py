"""What is booked, in words: no entry, account or call that the books can hold stays a code."""

import re
from pathlib import Path

import pytest

import payments
from marketplace.approvals.act_words import call_word
from marketplace.billing.entry_words import account_label, entry_word, freeze_words
from payments import adoption_report, chart
from payments.statuses import OperationKind

PACKAGE = Path(payments.__file__).parent
ENDINGS = "planned|confirmed|refused|failed_later|opened|won|lost|claimed|turned|written_off|charged|unmatched|by_hand|funded"
#: the kinds of entries, as the modules that write them name them
KINDS = sorted(
    {
        kind
        for path in [*PACKAGE.glob("journal*.py"), PACKAGE / "hand_entries.py"]
        for kind in re.findall(rf'"((?:[a-z]+_)*(?:{ENDINGS}))"', path.read_text(encoding="utf-8"))
        if kind
        not in {
            "account_not_by_hand",
            "planned",
            "confirmed",
            "refused",
            "failed_later",
            "claimed",
            "written_off",
        }
    }
    | {f"claw_back_refund_{step}" for step in ("planned", "confirmed", "refused", "failed_later")}
)


class TestEntryWord:
    def test_knows_the_kinds(self) -> None:
        assert {"funded", "payment_unmatched", "booked_by_hand", "chargeback_lost"} <= set(KINDS)

    @pytest.mark.parametrize("kind", KINDS)
    def test_is_no_code(self, kind: str) -> None:
        assert "_" not in entry_word(kind)
        assert entry_word(kind) != kind


class TestAccountLabel:
    @pytest.mark.parametrize("group", [*chart.GROUPS_OF_SUBJECTS, chart.PSP, chart.TAX, chart.PLATFORM_FEE])
    def test_is_no_address(self, group: str) -> None:
        assert ":" not in account_label(f"{group}:b1").split(": ")[0]


class TestCallWord:
    @pytest.mark.parametrize("kind", OperationKind)
    def test_is_no_code(self, kind: OperationKind) -> None:
        assert str(call_word(kind)) != kind.value


class TestFreezeWords:
    @pytest.mark.parametrize("reason", ["chargeback:dp_1", adoption_report.FREEZE_REASON])
    def test_say_our_own_reasons(self, reason: str) -> None:
        assert freeze_words(reason) not in {None, reason}

    def test_leave_what_an_operator_wrote(self) -> None:
        assert freeze_words("Looks odd") == "Looks odd"
