"""Carries out reactions: each alone, each once per fact."""

from django.db import transaction

from rapport.platform.facts.models import Fact, Reaction
from rapport.platform.facts.state import reactions_to
from rapport.platform.jobs.declare import job


@job(queue="facts", retries=5)
def react(fact_id: int, reaction: str) -> None:
    """Runs one reaction to one fact, unless it was carried out before."""
    fact = Fact.objects.get(pk=fact_id)
    function = dict(reactions_to(fact.name))[reaction]
    with transaction.atomic():
        _, fresh = Reaction.objects.get_or_create(fact=fact, name=reaction)
        if fresh:
            function(fact.data)
