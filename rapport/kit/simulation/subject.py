"""What an activity is about, as far as the rooms that write activities need to know."""

from dataclasses import dataclass


@dataclass(slots=True)
class Subject:
    """One person, with their organisation and deal if there are any.

    about: the JSON text of the activity's `about` list. words: what texts may name (first, name, org, city, topic, me,
    greeting names). owner: the user's id as text. mails and phones are texts and may be empty. since is the
    moment from which things may have happened; language is a two-letter code.
    """

    about: str
    words: dict[str, str]
    owner: str
    owner_mail: str
    mail: str
    phone: str
    language: str
    since: int
