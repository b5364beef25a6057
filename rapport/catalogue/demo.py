"""The sample company's products, their categories and the exchange rates of the history."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models.functions import Lower

from rapport.catalogue.models import ExchangeRate, Product, ProductCategory
from rapport.kit.simulation.chance import rolls, weighted
from rapport.kit.simulation.clock import Clock

# Category: products as "name|code|unit|price in euro|how often they are sold".
PRODUCTS = {
    "Desks": (
        "Linea desk 160|DSK-160|piece|429|9", "Linea desk 180|DSK-180|piece|489|6", "Ascent sit-stand desk|DSK-ASC|piece|749|9",
        "Ascent sit-stand bench for four|DSK-AS4|set|2690|4", "Foyer reception desk|DSK-REC|piece|1890|2",
        "Nook home desk|DSK-NOO|piece|319|4",
    ),
    "Seating": (
        "Mesa task chair|SEA-MES|piece|289|10", "Mesa Plus task chair|SEA-MSP|piece|419|9", "Tern conference chair|SEA-TER|piece|179|8",
        "Harbour lounge chair|SEA-HAR|piece|640|4", "Harbour sofa, two seats|SEA-HA2|piece|1150|3", "Perch standing stool|SEA-PER|piece|149|4",
        "Canteen chair|SEA-CAN|piece|89|5",
    ),
    "Meeting rooms": (
        "Forum table 240|MEE-240|piece|1240|5", "Forum table 360|MEE-360|piece|1990|3", "Media wall|MEE-WAL|piece|2850|2",
        "Whiteboard on wheels|MEE-BOA|piece|349|4",
    ),
    "Acoustics": (
        "Hush phone booth|ACO-PHO|piece|4950|4", "Hush room for four|ACO-RO4|piece|12900|2", "Felt wall panel|ACO-PAN|m²|78|6",
        "Ceiling sail|ACO-SAI|piece|210|4", "Desk screen|ACO-SCR|piece|129|6",
    ),
    "Storage": (
        "Stack cabinet, two doors|STO-CAB|piece|359|6", "Stack shelf|STO-SHE|piece|219|5", "Personal locker, six doors|STO-LOC|piece|545|4",
        "Mobile pedestal|STO-PED|piece|189|6",
    ),
    "Lighting": (
        "Arc floor lamp|LIG-ARC|piece|329|4", "Beam desk lamp|LIG-BEA|piece|119|6", "Line pendant 150|LIG-LIN|piece|289|4",
        "Daylight sensor|LIG-SEN|piece|64|3",
    ),
    "Coffee": (
        "Barista 2 machine|COF-BA2|piece|3490|3", "Barista 1 machine|COF-BA1|piece|1690|4", "House blend, 6 kg|COF-BLE|case|98|7",
        "Milk cooler|COF-MIL|piece|390|2",
    ),
    "Services": (
        "Space planning|SRV-PLA|hour|95|6", "Delivery and assembly|SRV-ASM|day|680|8", "Maintenance contract, seating|SRV-MSE|year|480|4",
        "Maintenance contract, coffee|SRV-MCO|year|620|4", "Furniture take-back|SRV-TAK|lorry|540|3", "Ergonomics workshop|SRV-ERG|day|890|2",
    ),
}  # fmt: skip
_PARENTS = {"Furniture": ("Desks", "Seating", "Meeting rooms", "Storage"), "Fit-out": ("Acoustics", "Lighting")}
_DISCONTINUED = ("DSK-180", "LIG-ARC")
# What one euro is worth, and how far that moves within a year.
_EURO_IN = {
    "EUR": (1.0, 0.0), "USD": (1.09, 0.04), "GBP": (0.85, 0.02), "CHF": (0.95, 0.02), "PLN": (4.3, 0.04), "SEK": (11.3, 0.03),
    "BRL": (5.9, 0.07), "INR": (91.0, 0.03), "JPY": (162.0, 0.05), "AED": (4.0, 0.04),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Article:
    """A product as deals need it; `price` is in the base currency."""

    id: str
    name: str
    category: str
    price: float


def make_products(clock: Clock, base: str) -> dict[str, tuple[Article, ...]]:
    """Makes the products that are not there yet; returns them by category, as pools to pick from."""
    since = {"created_at": clock.time(0), "updated_at": clock.time(0)}
    wanted = [*_PARENTS, *PRODUCTS]
    known = dict(ProductCategory.objects.filter(deleted_at=None).values_list(Lower("name"), "pk"))
    above = {child: parent for parent, children in _PARENTS.items() for child in children}
    for name in wanted:
        if name.lower() not in known:
            parent = known[above[name].lower()] if name in above else None
            known[name.lower()] = ProductCategory.objects.create(name=name, parent_id=parent, **since).pk
    codes = dict(Product.objects.filter(deleted_at=None).values_list(Lower("code"), "pk"))
    factor = _EURO_IN.get(base, (1.0, 0.0))[0]
    roll, new, parsed = rolls("stock"), [], []
    for category, articles in PRODUCTS.items():
        for name, code, unit, price, share in (text.split("|") for text in articles):
            parsed.append((category, name, code, float(price) * factor, int(share)))
            if code.lower() in codes:
                continue
            stock = None if category == "Services" else int(roll() * roll() * 400)
            new.append(
                Product(
                    name=name,
                    code=code,
                    category_id=known[category.lower()],
                    unit=unit,
                    price=Decimal(price) * Decimal(str(factor)),
                    price_currency=base,
                    stock=stock,
                    discontinued=code in _DISCONTINUED,
                    **since,
                )
            )
    for product in Product.objects.bulk_create(new):
        codes[product.code.lower()] = product.pk
    return {
        category: weighted(
            (Article(str(codes[code.lower()]), name, category, price), share)
            for at, name, code, price, share in parsed
            if at == category
        )
        for category in PRODUCTS
    }


def make_rates(clock: Clock, base: str) -> dict[str, float]:
    """Writes a rate per currency and quarter of the history; returns what one unit of the base is worth in each."""
    one = _EURO_IN.get(base)
    if one is None:
        # Nobody told us what that currency is worth: deals are then made in it alone.
        return {base: 1.0}
    roll, rows = rolls("rates"), []
    for currency, (worth, drift) in _EURO_IN.items():
        if currency == base:
            continue
        for day in _quarters(clock.start, clock.date):
            moved = one[0] / (worth * (1 + drift * (roll() - 0.5)))
            rows.append(
                ExchangeRate(
                    currency=currency,
                    starts_on=day,
                    rate=Decimal(f"{moved:.6f}"),
                    created_at=clock.time(0),
                    updated_at=clock.time(0),
                )
            )
    known = set(ExchangeRate.objects.filter(deleted_at=None).values_list("currency", "starts_on"))
    ExchangeRate.objects.bulk_create([row for row in rows if (row.currency, row.starts_on) not in known])
    return {currency: worth / one[0] for currency, (worth, _drift) in _EURO_IN.items()}


def _quarters(first: date, last: date) -> list[date]:
    day = date(first.year, 3 * ((first.month - 1) // 3) + 1, 1)
    days = []
    while day <= last:
        days.append(day)
        day = (day + timedelta(days=95)).replace(day=1)
    return days
