"""Checks that can be taken away without anybody getting further, each with the reason, and with what it stands behind.

That is verified: with the check alone away nothing is noticed, with its walls away as well it is. A name that is noticed fails.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Behind:
    """Why nobody notices, and the checks that refuse as well; none where it is no check of the program's, such as a trigger."""

    why: str
    walls: tuple[str, ...] = ()


_ENDED = Behind(
    "A trigger ends tokens, links and sessions in the moment that a user is switched off or deleted: this is the second wall."
)
_SPENT = Behind("It only spares links that let nobody in any more, used or too old, from being ended once more.")
_OPEN_TO_ALL = Behind("It decides whether the menu shows a page that is open to everybody, and lists one's own there.")
_LINK = "rapport/platform/identity/tokens.py"
_LET_IN = "user__is_active=True", "user__deleted_at=None"
_LAST = "used_at=None", "expires_at__gt=Now()"
_REACH = "rapport/records/read.py Reader.reach: gate `self.record.rule(self.viewer, self.action, 't')`"
_CREATE = "rapport/records/write.py create: refuse if `if not record.may(viewer, 'create'): raise Refused(_('You may not create this.'))`"
_MUST_CREATE = "rapport/records/api/operations.py create_view.create_record.do: ask `_must(record, request, 'create')`"
_MAY = "raise Refused(_('Your role may not do this.'))"
_TASK = f"rapport/records/many/tasks.py Task.check: refuse if `if not self.record.may(self.viewer, self.needs): {_MAY}`"
_RUN_VERB = (
    f"rapport/records/many/tasks.py RunVerb.check: refuse if `if not self.record.may(self.viewer, verb.needs): {_MAY}`"
)
_CHANGE = "rapport/records/write.py change: ask `lock(record, pk, viewer, 'edit')`"
# Each way to a verb locks the record for its reader, and so does each verb itself.
_VERBS = (
    "rapport/records/api/operations.py verb_view.run_verb.do: ask `lock(record, id, request.viewer, verb.needs)`",
    "rapport/records/pages/acting.py verb: ask `write.lock(record, id, request.viewer, found.needs)`",
    "rapport/records/pages/acting.py verb: ask `write.must_reach(record, id, request.viewer, found.needs)`",
    "rapport/records/many/tasks.py RunVerb.piece: ask `write.lock(self.record, pk, self.viewer, verb.needs)`",
    "rapport/sales/actions/locked_deal.py locked_deal: ask `lock(registry.get('deals'), deal_id, viewer, 'edit')`",
    "rapport/work/actions/finish_task.py finish_task: ask `lock(registry.get('tasks'), task_id, viewer, 'edit')`",
    "rapport/work/actions/finish_task.py reopen_task: ask `lock(registry.get('tasks'), task_id, viewer, 'edit')`",
)
_UNDO = "rapport/records/undoing.py undo_action: ask `_check(record, action, viewer)`"

_NOBODY = (
    "rapport/platform/access/gate.py scope: refuse if `if viewer is None or not viewer.user.is_active "
    "or viewer.user.deleted_at is not None: return 'none'`"
)
_ADMINISTRATORS = (
    "rapport/platform/access/change_role.py change_role: refuse if `if role.key == 'administrator': "
    "raise Refused(_('Administrators reach everything; that cannot be changed, lest`"
)
_WORDS = (
    "rapport/records/undoing.py undo_action: refuse if `if (said := next((r.constraints[name][1] "
    "for r in records if r and name in r.constraints), None)): raise Refus`"
)


def _but(names: tuple[str, ...], one: str) -> tuple[str, ...]:
    return tuple(name for name in names if name != one)


SURVIVORS: dict[str, Behind] = {
    **{
        f"{_LINK} {do}: narrow `{what}`": _ENDED
        for do in ("use_link",)
        for what in ("user__is_active=True", "user__deleted_at=None")
    },
    **{
        f"rapport/platform/identity/actions/change_profile.py change_password: narrow `{what}`": _SPENT
        for what in _LAST
    },
    **{f"rapport/platform/identity/sessions.py end_other_sessions: narrow `{what}`": _SPENT for what in _LAST},
    _ADMINISTRATORS: Behind(
        "The page of roles lets nobody change that role either.",
        (f"rapport/records/pages/roles.py roles_page: refuse if `if not editable: {_MAY}`",),
    ),
    **{
        one: Behind(
            "The way to a verb asks, and the verb asks again when it locks the record.",
            (*_but(_VERBS, one), *((_REACH,) if "RunVerb" in one else ())),
        )
        for one in _VERBS
        if "must_reach" not in one
    },
    "rapport/records/boards/moving.py move: ask `write.lock(record, pk, viewer, 'edit')`": Behind(
        "What a card is dropped on writes by an action or by `change`, which lock the record for its reader themselves.",
        (_CHANGE, _VERBS[4]),
    ),
    **{
        name: Behind(
            "What is read for it is read within reach, so that for who may look at none of them there is nothing.",
            (_REACH,),
        )
        for name in (
            "rapport/records/api/included.py included: gate `other.may(viewer, 'view')`",
            "rapport/records/pages/attaching.py files_of: gate `attachments.may(viewer, 'view')`",
            "rapport/records/pages/palette.py _by_number: gate `record.may(viewer, 'view')`",
            "rapport/sales/home/work.py open_tasks: gate `tasks.may(viewer, 'view')`",
            "rapport/records/pages/show.py related_lists: gate `other.may(request.viewer, 'view')`",
        )
    },
    **{
        f"rapport/records/pages/attaching.py attach: {what}": Behind(
            "Whoever writes a record asks the same.", (_CREATE,)
        )
        for what in (
            f"refuse if `if not attachments.may(request.viewer, 'create'): {_MAY}`",
            "gate `attachments.may(request.viewer, 'create')`",
        )
    },
    **{
        name: Behind(
            "The API asks first, the writer asks again, and what would not be seen afterwards is not written.", walls
        )
        for name, walls in {
            _CREATE: (_MUST_CREATE, _REACH),
            "rapport/records/write.py create: gate `record.may(viewer, 'create')`": (_MUST_CREATE, _REACH),
            _MUST_CREATE: (_CREATE, _REACH),
        }.items()
    },
    "rapport/records/saved_views.py favourites: gate `record.may(viewer, 'view')`": Behind(
        "They stand below the entry of their list, which is not shown to who may not look at it.",
        ("rapport/records/registry.py _show_in_navigation: gate `record.may(request.viewer, wanted)`",),
    ),
    "rapport/records/pages/many.py many: ask `must(record, request, 'delete' if do in ('delete', 'restore') else 'edit')`": Behind(
        "The work itself asks before it begins.", (_TASK, _RUN_VERB)
    ),
    "rapport/work/pages.py day: ask `Reader(record, request.viewer).get(id, [])`": Behind(
        "What puts it off reads the record within reach and locks it for its reader again.", (_REACH, _CHANGE)
    ),
    **{
        f"rapport/records/pages/palette.py {what}": Behind(
            "The gate gives nobody anything, so that nothing is found.", (_NOBODY,)
        )
        for what in (
            "_create: refuse if `if request.viewer is None: return`",
            "_found: refuse if `if viewer is None: return`",
            "_lists: refuse if `if request.viewer is None or len(text) < 2: return`",
        )
    },
    _UNDO: Behind("It is asked before and after, as rows that come back can only be judged then.", (f"{_UNDO} 2",)),
    f"{_UNDO} 2": Behind("It is asked before and after; before, of the rows that are there.", (_UNDO,)),
    _WORDS: Behind("It chooses the words of a refusal: the next line refuses as well."),
    "rapport/records/pages/notices.py notifications_page: narrow `created_by_id=request.viewer.id`": Behind(
        "The runs are looked up by the viewer's own notices, and a run gives a notice of its end to who began it alone."
    ),
    "rapport/records/pages/asked.py _icon: gate `may_change(tab.view, viewer)`": Behind(
        "It draws a lock beside the name of a view."
    ),
    "rapport/records/pages/editing.py _save: narrow `actor_id=request.viewer.id`": Behind(
        "It finds the number that the undo button of the notice asks for; whoever presses it is asked by the undo."
    ),
    "rapport/records/pages/runs.py run_page: gate `record.may(request.viewer, 'edit')`": Behind(
        "It decides whether the page of a run shows the undo button; whoever presses it is asked by the undo."
    ),
    "rapport/records/pages/exports.py export_list: gate `record.may(request.viewer, 'export')`": Behind(
        "It decides whether a list without any export points to the list of people."
    ),
    "rapport/records/pages/cells.py locked: gate `record.rule(request.viewer, 'view', 't')`": Behind(
        "It only spares the question which rows are locked where none can be."
    ),
    "rapport/records/navigation.py may_import: gate `one.may(request.viewer, 'import')`": _OPEN_TO_ALL,
    "rapport/records/navigation.py may_import: gate `one.may(request.viewer, 'create')`": _OPEN_TO_ALL,
    "rapport/records/navigation.py _may_export: gate `one.may(request.viewer, 'export')`": _OPEN_TO_ALL,
}
