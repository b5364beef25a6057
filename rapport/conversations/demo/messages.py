"""Writes simulated messages about a subject."""

from rapport.conversations.demo import texts
from rapport.kit.simulation.chance import Roll, pick, weighted
from rapport.kit.simulation.clock import Clock
from rapport.kit.simulation.lines import Rows, Table
from rapport.kit.simulation.subject import Subject

MESSAGES = Table(
    "conversations_message",
    "created_at created_by_id updated_at owner_id title body at about channel direction sender recipients",
)
_CHANNELS = weighted((("email", 17), ("chat", 2), ("sms", 1), ("web", 1)))


def write_message(roll: Roll, clock: Clock, rows: Rows, about: Subject, moment: int) -> None:
    """A message, sent or received, in the customer's language for a third of those whose language there are texts in."""
    channel = pick(roll, _CHANNELS) if about.mail else "sms"
    direction = "in" if channel == "web" or roll() < 0.48 else "out"
    here, there = (about.phone, "") if channel == "sms" else (about.mail, about.owner_mail)
    sender, recipients = (here, there) if direction == "in" else (there, here)
    title = ""
    if channel in ("email", "web"):
        language = about.language if about.language in texts.SENT and roll() < 0.4 else "en"
        title = texts.SUBJECTS[language].say(roll, about.words)
        body = (texts.RECEIVED if direction == "in" else texts.SENT)[language].say(roll, about.words)
    else:
        body = texts.SHORT[direction].say(roll, about.words)
    at = clock.text(moment)
    rows.of(MESSAGES).append(
        f"{at}\t{about.owner}\t{at}\t{about.owner}\t{title}\t{body}\t{at}\t{about.about}\t{channel}\t{direction}\t{sender}\t{recipients}"
    )
