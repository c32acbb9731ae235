"""A decision as an operator sends it from the page of a case."""

DECISION = {
    "revision": "1",
    "action": "reject",
    "policy_code": "truthful",
    "reason_en": "Not true.",
    "reason_ar": "غير صحيح.",
}


def decided(desk, values=DECISION):
    visitor = desk.visit_as(desk.operators[0])
    visitor.get(f"/operate/cases/{desk.case.id}")
    visitor.post(f"/operate/cases/{desk.case.id}/claim")
    return visitor, visitor.post(f"/operate/cases/{desk.case.id}/decide", values)
