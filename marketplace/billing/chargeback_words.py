"""Why a card network disputes a payment, in words; the codes are those the payment provider passes on."""

from collections.abc import Mapping

from marketplace.web.language import lazy_gettext as _

#: https://docs.stripe.com/disputes/categories
REASONS: Mapping[str, object] = {
    "bank_cannot_process": _("The bank could not process the payment"),
    "check_returned": _("A check was returned"),
    "credit_not_processed": _("The cardholder says that a promised refund did not come"),
    "customer_initiated": _("The cardholder disputes the payment"),
    "debit_not_authorized": _("The cardholder says that they did not allow the debit"),
    "duplicate": _("The cardholder says that they paid twice"),
    "fraudulent": _("The cardholder says that they did not make the payment"),
    "general": _("The card network gives no reason of its own"),
    "incorrect_account_details": _("The account details were wrong"),
    "insufficient_funds": _("There was not enough money in the account"),
    "noncompliant": _("The card network's rules were not followed"),
    "product_not_received": _("The cardholder says that nothing was delivered"),
    "product_unacceptable": _("The cardholder says that what was delivered is not what was agreed"),
    "subscription_canceled": _("The cardholder says that a subscription was cancelled"),
    "unrecognized": _("The cardholder does not recognise the payment"),
}
#: fields of evidence as the payment provider names them
EVIDENCE: Mapping[str, object] = {
    "product_description": _("What was sold"),
    "customer_name": _("Customer"),
    "service_date": _("Day of the work"),
    "cancellation_policy_disclosure": _("How cancellation was shown"),
    "uncategorized_text": _("The whole story"),
}


def evidence_word(field: str) -> object:
    """Return what a field of evidence holds."""
    return EVIDENCE.get(field, field.replace("_", " "))


def chargeback_reason(code: str | None) -> object:
    """Return the network's reason as a sentence; a code that is not known is shown as it came."""
    if not code:
        return _("The card network gives no reason of its own")
    return REASONS.get(code, code.replace("_", " "))
