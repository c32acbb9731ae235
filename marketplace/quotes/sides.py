"""On whose side of a deal somebody acts."""

from marketplace.policies import Actor, Subject


def side_of(actor: Actor, subject: Subject) -> str:
    """Return "brand", "influencer", "operator" or "system": on whose behalf the actor acts."""
    if actor.kind in {"system", "operator"}:
        return str(actor.kind)
    is_brand_side = actor.brand_id is not None and actor.brand_id == subject.brand_id
    return "brand" if is_brand_side else "influencer"
