"""What happens between a customer and the company, and when."""

from collections.abc import Callable, Sequence

from rapport.conversations.demo.messages import write_message
from rapport.customers.demo.people import Person
from rapport.kit.simulation.chance import Roll, around, pick, weighted
from rapport.kit.simulation.clock import DAY, Clock
from rapport.kit.simulation.lines import NULL, Rows
from rapport.kit.simulation.subject import Subject
from rapport.platform.identity.demo import Staff
from rapport.sales.demo.deals import Deal
from rapport.work.demo.activities import write_call, write_done_task, write_meeting, write_note, write_open_task

# Entries per deal and per person beside deals, on average; every 2,000th person or so is somebody one talks to weekly.
PER_DEAL, PER_PERSON = 4.6, 0.78
_CLOSE = 0.0004
Writer = Callable[[Roll, Clock, Rows, Subject, int], None]
_EARLY: tuple[Writer, ...] = weighted(
    ((write_message, 6), (write_call, 6), (write_note, 2), (write_done_task, 2), (write_meeting, 1))
)
_LATE: tuple[Writer, ...] = weighted(
    ((write_message, 6), (write_call, 4), (write_note, 3), (write_done_task, 4), (write_meeting, 4))
)
_TODAY: tuple[Writer, ...] = (write_message, write_call, write_note, write_message, write_done_task)


def tell_person(roll: Roll, clock: Clock, rows: Rows, person: Person, staff: Staff) -> None:
    """Writes what happens with a person beside their deals."""
    count = around(roll, PER_PERSON)
    if roll() < _CLOSE:
        count += 150 + int(roll() * 150)
    plan = roll() < 0.012
    if not count and not plan:
        return
    topic = (
        "Home office"
        if person.organisation is None
        else pick(roll, ("Coffee supply", "Chairs", "Catalogue", "Service", "Samples"))
    )
    about = _subject(staff, person, None, topic, person.since)
    for _ in range(count):
        day = about.since // DAY + int((clock.today - about.since // DAY + 1) * roll() ** 0.7)
        _happen(roll, clock, rows, about, min(day, clock.today), _EARLY)
    if plan:
        write_open_task(roll, clock, rows, about)


def tell_deal(roll: Roll, clock: Clock, rows: Rows, deal: Deal, staff: Staff) -> None:
    """Writes what happens in a deal: mails and calls first, meetings and offers later, and what is still to do."""
    about = _subject(staff, deal.person, deal, deal.topic, deal.since)
    first = deal.since // DAY
    last = clock.today if deal.status == "open" else deal.moves[-1][0] // DAY
    for _ in range(1 + around(roll, PER_DEAL)):
        share = roll()
        _happen(roll, clock, rows, about, first + int((last - first) * share), _LATE if share > 0.4 else _EARLY)
    if deal.status != "open":
        return
    if roll() < 0.72:
        write_open_task(roll, clock, rows, about)
    if roll() < 0.22:
        write_meeting(roll, clock, rows, about, clock.at_work(roll, clock.today + 1 + int(roll() * 18)) + 60)
    if roll() < 0.1:
        _happen(roll, clock, rows, about, clock.today, _TODAY)


def _happen(roll: Roll, clock: Clock, rows: Rows, about: Subject, day: int, kinds: Sequence[Writer]) -> None:
    moment = clock.at_work(roll, day)
    pick(roll, kinds)(roll, clock, rows, about, min(max(moment, about.since + 5), max(clock.now, about.since)))


def _subject(staff: Staff, person: Person, deal: Deal | None, topic: str, since: int) -> Subject:
    at = person.organisation if deal is None else deal.organisation
    about = f'{{"entity": "people", "id": {person.id}}}'
    if at is not None:
        about = f'{{"entity": "organisations", "id": {at.id}}}, {about}'
    if deal is not None:
        about = f'{{"entity": "deals", "id": {deal.id}}}, {about}'
    owner = deal.owner if deal is not None else person.owner if person.owner != NULL else person.maker
    words = {
        "first": person.first[0], "name": person.name, "org": at.name if at else person.name, "city": person.city.name,
        "topic": topic, "me": staff.names[owner], "me_first": staff.names[owner].split()[0],
    }  # fmt: skip
    return Subject(f"[{about}]", words, owner, staff.mails[owner], person.mail, person.phone, person.language, since)
