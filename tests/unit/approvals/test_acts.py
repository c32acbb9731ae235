"""The hash that binds an approval: the same for the same act, another for any difference."""

from dataclasses import replace

import pytest

from marketplace.approvals.domain import Act, ActKind

ACT = Act(ActKind.WRITE_OFF, "claim", "c1", {"amount_minor": 500, "reason": "سبب"})


class TestDigest:
    def test_does_not_depend_on_the_order_of_the_payload(self):
        turned = replace(ACT, payload={"reason": "سبب", "amount_minor": 500})
        assert turned.digest() == ACT.digest()

    @pytest.mark.parametrize(
        "other",
        [
            {"kind": ActKind.CLAW_BACK},
            {"subject_type": "booking"},
            {"subject_id": "c2"},
            {"payload": {"amount_minor": 501, "reason": "سبب"}},
            {"payload": {"amount_minor": 500, "reason": "سبب "}},
        ],
    )
    def test_is_another_for_another_act(self, other):
        assert replace(ACT, **other).digest() != ACT.digest()
