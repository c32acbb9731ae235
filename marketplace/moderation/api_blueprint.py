"""The part of the API that is about moderation; several modules add their calls to it."""

from marketplace.web.api import ApiBlueprint

blueprint = ApiBlueprint("moderation", description="What operators decide, and what authors say against it.")
