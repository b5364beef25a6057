"""Jobs, education, income and family, as they go together."""

from rapport.kit.simulation.chance import Roll, pick, weighted

# Title, department, level (1 junior to 5 head), how common, what part they take in a purchase.
JOBS = (
    ("Office manager", "Administration", 2, 9, "uses"), ("Purchasing manager", "Purchasing", 3, 9, "decides"),
    ("Buyer", "Purchasing", 2, 8, "influences"), ("Facility manager", "Facilities", 3, 9, "decides"),
    ("Head of facilities", "Facilities", 4, 4, "decides"), ("Finance director", "Finance", 4, 4, "pays"),
    ("Accountant", "Finance", 2, 5, "pays"), ("HR manager", "People", 3, 6, "influences"),
    ("Head of people", "People", 4, 3, "champions"), ("Workplace designer", "Facilities", 2, 4, "champions"),
    ("Project manager", "Projects", 3, 7, "influences"), ("IT manager", "IT", 3, 5, "influences"),
    ("Chief financial officer", "Management", 5, 2, "pays"), ("Chief operating officer", "Management", 5, 2, "decides"),
    ("Assistant to the management", "Management", 2, 5, "contact"), ("Team leader", "Operations", 3, 5, "uses"),
    ("Operations manager", "Operations", 3, 5, "decides"), ("Warehouse supervisor", "Operations", 2, 3, "contact"),
    ("Marketing manager", "Marketing", 3, 3, "uses"), ("Head of procurement", "Purchasing", 4, 4, "decides"),
    ("Health and safety officer", "People", 2, 3, "blocks"), ("Works council chair", "People", 3, 2, "blocks"),
    ("Trainee", "Administration", 1, 2, "contact"), ("Reception", "Administration", 1, 4, "contact"),
)  # fmt: skip
POOL = weighted((job[:3] + job[4:], job[3]) for job in JOBS)
_EDUCATION = (
    weighted((("secondary", 5), ("vocational", 4), ("bachelor", 1))),
    weighted((("vocational", 5), ("bachelor", 4), ("secondary", 3), ("master", 1))),
    weighted((("bachelor", 5), ("master", 4), ("vocational", 3), ("doctorate", 1))),
    weighted((("master", 6), ("bachelor", 4), ("doctorate", 1), ("vocational", 1))),
    weighted((("master", 6), ("doctorate", 2), ("bachelor", 3))),
)
_BANDS = ("below_20k", "20k_40k", "40k_60k", "60k_100k", "100k_200k", "above_200k")
# Steps that the same job stands lower in the bands of the company's currency.
_LOWER = {"IN": 2, "BR": 2, "PL": 1, "ES": 1, "IT": 1}


def education(roll: Roll, level: int) -> str:
    """What somebody at that level learned."""
    return pick(roll, _EDUCATION[level - 1])


def income(roll: Roll, level: int, country: str, age: int) -> str:
    """The household's income band."""
    step = level - _LOWER.get(country, 0) + (roll() < 0.35) - (age < 28) + (country in ("CH", "US", "AE"))
    return _BANDS[max(0, min(5, step))]


def marital_status(roll: Roll, age: int) -> str:
    """Whether somebody of that age (years) is married."""
    drawn = roll()
    if (drawn > 0.96 and age > 60) or drawn > 0.995:
        return "widowed"
    if drawn > 0.9 and age > 34:
        return "divorced"
    if drawn > 0.88 and age > 30:
        return "separated"
    if drawn < min(0.68, max(0, age - 23) * 0.025):
        return "married"
    return "partnered" if roll() < 0.35 else "single"
