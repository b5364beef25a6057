"""Writes simulated calls, meetings, notes and tasks about a subject. A moment is in minutes of the history's clock."""

from rapport.kit.simulation.chance import Roll, pick, weighted
from rapport.kit.simulation.clock import DAY, Clock
from rapport.kit.simulation.lines import NULL, Rows, Table
from rapport.kit.simulation.subject import Subject
from rapport.work.demo import texts

_COMMON = "created_at created_by_id updated_at owner_id title body at about"
CALLS = Table("work_call", f"{_COMMON} direction number outcome duration")
MEETINGS = Table("work_meeting", f"{_COMMON} ends_at location")
NOTES = Table("work_note", f"{_COMMON} pinned")
TASKS = Table("work_task", f"{_COMMON} kind due_on due_time remind_at priority repeat done_at")

_OUTCOMES = weighted((("reached", 13), ("no_answer", 5), ("voicemail", 3), ("busy", 2)))
_KINDS = weighted((("call", 5), ("email", 5), ("todo", 5), ("meeting", 2), ("deadline", 1)))
_PRIORITIES = weighted((("normal", 7), ("high", 2), ("low", 2)))
_REPEATS = weighted((("", 24), ("monthly", 1), ("quarterly", 1), ("yearly", 1)))


def write_call(roll: Roll, clock: Clock, rows: Rows, about: Subject, moment: int) -> None:
    """A call, reached or not, in or out."""
    at = clock.text(moment)
    outcome = pick(roll, _OUTCOMES)
    if outcome == "reached":
        title, direction = texts.CALL_TITLES.say(roll, about.words), "in" if roll() < 0.4 else "out"
        body = texts.CALL_BODIES.say(roll, about.words) if roll() < 0.75 else ""
        duration = str(40 + int(1500 * roll() * roll() * roll()))
    else:
        title, direction, body = texts.MISSED.say(roll, about.words), "out", ""
        duration = "0" if outcome != "voicemail" else str(15 + int(roll() * 40))
    rows.of(CALLS).append(
        f"{at}\t{about.owner}\t{at}\t{about.owner}\t{title}\t{body}\t{at}\t{about.about}\t{direction}\t{about.phone}\t{outcome}\t{duration}"
    )


def write_note(roll: Roll, clock: Clock, rows: Rows, about: Subject, moment: int) -> None:
    """A note; a few are pinned."""
    at = clock.text(moment)
    title, body = texts.NOTE_TITLES.say(roll, about.words), texts.NOTES.say(roll, about.words)
    pinned = "t" if roll() < 0.03 else "f"
    rows.of(NOTES).append(f"{at}\t{about.owner}\t{at}\t{about.owner}\t{title}\t{body}\t{at}\t{about.about}\t{pinned}")


def write_meeting(roll: Roll, clock: Clock, rows: Rows, about: Subject, moment: int) -> None:
    """A meeting, planned some days before; minutes are written after most of those that lie in the past."""
    # On the quarter hour; upwards, so that it stays behind the first contact.
    moment += -moment % 15
    at = clock.text(moment)
    made = clock.text(max(about.since, min(moment, clock.now) - int(1 + roll() * 9) * DAY))
    body = texts.MINUTES.say(roll, about.words) if moment < clock.now and roll() < 0.7 else ""
    place = pick(roll, texts.PLACES) % about.words
    ends = clock.text(moment + pick(roll, (30, 45, 60, 60, 90, 120)))
    title = texts.MEETING_TITLES.say(roll, about.words)
    rows.of(MEETINGS).append(
        f"{made}\t{about.owner}\t{made}\t{about.owner}\t{title}\t{body}\t{at}\t{about.about}\t{ends}\t{place}"
    )


def write_done_task(roll: Roll, clock: Clock, rows: Rows, about: Subject, moment: int) -> None:
    """A task that was done at the moment, mostly by the day on which it was due."""
    made = max(about.since, moment - int(1 + roll() * 8) * DAY)
    due = clock.workday(max(made // DAY, moment // DAY + int(roll() * 4) - 1))
    _task(roll, clock, rows, about, made, due, moment)


def write_open_task(roll: Roll, clock: Clock, rows: Rows, about: Subject) -> None:
    """A task still to do: some overdue, some due today, most within the next weeks."""
    drawn = roll()
    if drawn < 0.18:
        due = clock.today - 1 - int(roll() * roll() * 20)
    elif drawn < 0.36:
        due = clock.today
    elif drawn < 0.7:
        due = clock.today + 1 + int(roll() * 6)
    else:
        due = clock.today + 7 + int(roll() * 40)
    made = max(about.since, clock.at_work(roll, min(due, clock.today) - 1 - int(roll() * 9)))
    _task(roll, clock, rows, about, min(made, clock.now), due, None)


def _task(roll: Roll, clock: Clock, rows: Rows, about: Subject, made: int, due: int, done: int | None) -> None:
    kind = pick(roll, _KINDS)
    title = texts.TASKS[kind].say(roll, about.words)
    body = texts.TASK_BODIES.say(roll, about.words) if roll() < 0.25 else ""
    timed = roll() < 0.2
    hour = f"{8 + int(roll() * 9):02}:{pick(roll, ('00', '30'))}:00" if timed else NULL
    remind = clock.text(due * DAY + 7 * 60) if timed and due >= 0 else NULL
    at = clock.text(done) if done is not None else NULL
    created = clock.text(made)
    rows.of(TASKS).append(
        f"{created}\t{about.owner}\t{at if done is not None else created}\t{about.owner}\t{title}\t{body}\t{at}\t{about.about}\t"
        f"{kind}\t{clock.day(due)}\t{hour}\t{remind}\t{pick(roll, _PRIORITIES)}\t{pick(roll, _REPEATS) if done is None else ''}\t{at}"
    )
