from rapport.platform.ui.templatetags.ui import ICONS
from rapport.records import registry


def test_every_icon_of_an_entity_and_of_a_verb_is_in_the_sprite():
    used = {record.icon for record in registry.all_records()}
    used |= {verb.icon for record in registry.all_records() for verb in record.verbs}
    assert used - ICONS == set()
