"""What the second person reads of a ruling: everything it would say, in the order of the page."""

from marketplace.approvals.act_words import act_rows

RULING = {
    "share_bps": 4_000,
    "verdicts": {
        "brew": {"verdict": "met", "en": "", "ar": ""},
        "label": {"verdict": "not_met", "en": "No word says it.", "ar": "لا كلمة تفصح."},
    },
    "criteria": {
        "brew": {"text": "Shows the pot", "text_ar": ""},
        "label": {"text": "Says that it is paid", "text_ar": "يقول إنه مدفوع"},
    },
}


def told(payload):
    return [(str(row["label"]), str(row["value"])) for row in act_rows(payload)]


class TestActRows:
    def test_tell_every_verdict_with_the_reasons_that_both_sides_will_read(self):
        assert told(RULING) == [
            ("The influencer's share", "40%"),
            ("Criterion", "Shows the pot: met"),
            ("Criterion", "Says that it is paid: not met\nNo word says it.\nلا كلمة تفصح."),
        ]

    def test_tell_that_it_is_about_an_appeal(self):
        assert told(RULING | {"is_appeal": True})[0] == ("Decision", "on the appeal; it is final")

    def test_stay_readable_where_an_older_request_names_no_criteria(self):
        assert told({"share_bps": 0, "verdicts": RULING["verdicts"]}) == [("The influencer's share", "0%")]
