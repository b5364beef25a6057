from rapport.sales.models.deal import Deal, DealContact, DealLine, StageSpell
from rapport.sales.models.pipeline import LostReason, Pipeline, Stage

__all__ = ["Deal", "DealContact", "DealLine", "LostReason", "Pipeline", "Stage", "StageSpell"]
