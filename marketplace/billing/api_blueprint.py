"""The blueprint that the modules of billing's API share."""

from marketplace.web.api import ApiBlueprint

blueprint = ApiBlueprint("billing", description="Payments, held payments, payout accounts and the books.")
