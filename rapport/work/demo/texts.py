"""What the sample company's people write down after a call or a visit."""

from rapport.kit.simulation.phrases import Phrases

_PARTS = {
    "fact": (
        "[Budget|The budget] is [approved|on hold until next quarter|smaller than last year].", "They compare us with [two|three|four] other suppliers.",
        "The move is planned for [March|June|September|the end of the year].", "[Delivery|Assembly] has to happen [at a weekend|before eight in the morning|in two stages].",
        "%(first)s liked the [sit-stand desks|phone booths|Mesa chairs|felt panels].", "The [lift|staircase|loading bay] is too small for assembled desks.",
        "The architect decides on colours.", "[Fabric|Wood] samples are still with them.", "Finance wants [leasing|three payments|a framework contract].",
        "They are unhappy with their present [chairs|coffee service|supplier].", "The works council asks for an ergonomics check.",
        "Headcount in %(city)s goes up by [ten|twenty|forty].", "Wants to see a reference [nearby|of the same size|in the same trade].",
    ),
    "next": (
        "I send [an offer|drawings|samples|references] by [Friday|the end of the week|Monday].", "We talk again [next week|in two weeks|after the holidays].",
        "Next step: [site visit|showroom visit|revised offer].", "%(first)s calls back [tomorrow|on Thursday|after the meeting with finance].",
        "[Invite|Bring] %(first)s to the showroom.", "Plan [measuring|a test chair|a mock-up] with the assembly team.",
    ),
    "mood": ("Good talk.", "Short, friendly call.", "A bit reserved today.", "Very interested.", "Under time pressure.", ""),
    "thing": ("chairs", "desks", "lockers", "phone booths", "lamps", "coffee machines", "the meeting table"),
}  # fmt: skip
CALL_TITLES = Phrases(
    "calls",
    (
        "[Call with|Talked to|Spoke with] %(first)s", "%(topic)s", "[Follow-up on|Question about|Details of] %(topic)s", "[Price|Delivery|Assembly|Payment terms|Colours] for {thing}",
        "[First call|Introduction|Catching up] with %(first)s", "Appointment for [a visit|the showroom|measuring]", "[Feedback|Question] on {thing}",
    ),
    _PARTS, 160,
)  # fmt: skip
CALL_BODIES = Phrases(
    "call notes", ("{mood} {fact}", "{fact} {next}", "{mood} {next}", "{mood} {fact} {next}", "{fact}"), _PARTS, 3000
)
MISSED = Phrases(
    "missed", ("[Called|Tried] %(first)s", "Call to %(name)s", "%(topic)s: [not reached|call back]"), _PARTS, 30
)
NOTES = Phrases(
    "notes",
    (
        "{fact}", "{fact} {fact}", "{fact} {next}", "%(org)s: {fact} {fact}", "{fact}\n- {next}\n- {next}", "%(first)s is [away|on parental leave|travelling] until [Monday|the end of the month|the 15th].",
        "[Heard at the fair that|Rumour:] %(org)s [opens a second site|looks for a new building|merges two teams].", "Prefers [mail|phone|visits]; best [before nine|after lunch|on Fridays].",
    ),
    _PARTS, 3000,
)  # fmt: skip
NOTE_TITLES = Phrases(
    "note titles",
    ("", "", "", "[Background|Good to know|For the next visit|Who decides|Terms]", "[Site|Building] in %(city)s"),
    _PARTS,
    40,
)
MEETING_TITLES = Phrases(
    "meetings",
    ("%(topic)s", "[Site visit|Measuring|Kick-off|Quarterly review|Sample presentation|Workshop] %(org)s", "Showroom tour with %(first)s", "[Coffee|Lunch] with %(first)s", "Offer review: %(topic)s"),
    _PARTS, 60,
)  # fmt: skip
MINUTES = Phrases(
    "minutes",
    ("{fact} {fact} {next}", "Present: %(name)s, %(me)s.\n{fact} {fact}\n{next}", "{fact}\nAgreed: {next}", "{mood} {fact} {next}"),
    _PARTS, 2500,
)  # fmt: skip
PLACES = (
    "Showroom Rotterdam",
    "Video call",
    "At the customer's",
    "%(city)s",
    "Video call",
    "At the customer's",
    "Trade fair, hall 4",
)
TASKS = {
    "call": Phrases("task call", ("Call %(first)s [back|about the offer|about the delivery date|about colours]", "[Ask|Remind] %(first)s about [the decision|fabric samples|the drawings]"), _PARTS, 60),
    "email": Phrases("task mail", ("Send [the offer|drawings|references|a price list|the data sheet] to %(name)s", "Answer %(first)s's question about {thing}", "Send [revised|final] offer: %(topic)s"), _PARTS, 60),
    "meeting": Phrases("task meeting", ("Plan [a visit|measuring|a showroom tour] with %(first)s", "Prepare [the workshop|the sample presentation|the review] for %(org)s"), _PARTS, 40),
    "todo": Phrases("task todo", ("Check [stock|delivery time|assembly dates] of {thing}", "Calculate %(topic)s", "Order [samples|a test chair] for %(org)s", "[Update|Complete] the data of %(org)s", "Talk to the assembly team about %(city)s"), _PARTS, 80),
    "deadline": Phrases("task deadline", ("Tender closes: %(topic)s", "Offer for %(org)s [expires|is due]", "Contract of %(org)s ends"), _PARTS, 20),
}  # fmt: skip
TASK_BODIES = Phrases("task bodies", ("{fact}", "{next}", "{fact} {next}"), _PARTS, 800)
