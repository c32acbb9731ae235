"""What operators do about a dispute on its page."""


def ruling(verdict="not_met", **more):
    return {
        "verdict_label": verdict,
        "verdict_brew": "met",
        "en_label": "No word says it.",
        "ar_label": "لا كلمة تفصح.",
        "reason_en": "Mostly done.",
        "reason_ar": "معظمه تم.",
        **more,
    }


def operator(dispute, number=0):
    visitor = dispute.visit_as(dispute.operators[number])
    visitor.get(f"{dispute.path}/dispute")
    return visitor
