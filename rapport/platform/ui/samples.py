"""Invented records for the styleguide, shaped as the engine's pages give them to templates."""

import datetime
from decimal import Decimal

from django.utils import timezone

PEOPLE = [
    ("Ana Lucía Ferreira", "Head of Procurement", "Nordwind Optik GmbH", "ana.ferreira@nordwind.example",
     "+49 30 5550 1882", "Berlin", "DE", "Gold", "yellow", 182_400, "Grace Okafor"),
    ("Björn Åkesson", "Plant Manager", "Skärgård Båtar AB", "bjorn@skargard.example",
     "+46 8 555 010 44", "Stockholm", "SE", "Silver", "grey", 96_250, "Tom Whitfield"),
    ("Chloé Marchand", "Directrice des achats", "Atelier Lumière SARL", "c.marchand@lumiere.example",
     "+33 1 55 50 12 90", "Lyon", "FR", "Gold", "yellow", 241_900, "Grace Okafor"),
    ("Daniel Osei", "Operations Lead", "Kumasi Cold Chain Ltd", "daniel.osei@kumasicold.example",
     "+233 32 555 0147", "Kumasi", "GH", "", "", 12_300, "Imani Njoroge"),
    ("Elif Yıldırım", "CTO", "Anadolu Sensör A.Ş.", "elif@anadolusensor.example",
     "+90 212 555 0199", "İstanbul", "TR", "Bronze", "orange", 58_700, "Tom Whitfield"),
    ("Fatima al-Zahra Bensaïd", "Quality Manager", "Atlas Verre SA", "f.bensaid@atlasverre.example",
     "+212 522 555 018", "Casablanca", "MA", "", "", 0, "Grace Okafor"),
    ("Giulia Romano", "Owner", "Romano Strumenti", "giulia@romano.example",
     "+39 02 5550 7741", "Milano", "IT", "Silver", "grey", 74_050, "Imani Njoroge"),
    ("Hiroshi Tanabe", "Senior Buyer", "Tanabe Seiki KK", "h.tanabe@tanabeseiki.example",
     "+81 3 5550 1120", "Tōkyō", "JP", "Gold", "yellow", 318_600, "Grace Okafor"),
    ("Ingrid Solheim-Bakke", "Laboratory Director", "Fjord Analytics AS", "ingrid@fjord.example",
     "+47 22 55 50 31", "Oslo", "NO", "Bronze", "orange", 41_980, "Tom Whitfield"),
    ("Jakub Wójcik", "Maintenance Planner", "Huta Śląska Sp. z o.o.", "jakub.wojcik@hutaslaska.example",
     "+48 32 555 01 62", "Katowice", "PL", "", "", 8_400, "Imani Njoroge"),
    ("Katherine Bellweather", "VP Supply Chain", "Bellweather & Sons", "kb@bellweather.example",
     "+44 20 5550 4410", "Leeds", "GB", "Silver", "grey", 129_000, "Grace Okafor"),
    ("Luis Ortega Peña", "Gerente de compras", "Cementos del Norte", "lortega@cementosnorte.example",
     "+52 81 5550 9032", "Monterrey", "MX", "Bronze", "orange", 33_600, "Tom Whitfield"),
]  # fmt: skip
STAGES = [("Qualified", "sky"), ("Meeting", "blue"), ("Proposal", "purple"), ("Negotiation", "orange")]
STAGES += [("Won", "green")]


def _people() -> list[dict]:
    keys = ("name", "title", "organisation", "email", "phone", "city", "country", "tier", "colour", "value", "owner")
    rows = [dict(zip(keys, values, strict=True)) for values in PEOPLE * 3]
    for number, row in enumerate(rows):
        row |= {
            "id": number + 1,
            "stage": STAGES[number % 5][0],
            "stage_colour": STAGES[number % 5][1],
            "tags": [("dealer", "teal"), ("trade fair", "pink")][: number % 3],
            "touched": timezone.now() - datetime.timedelta(days=number * number, hours=number),
        }
    return rows


def context(page: str) -> dict:
    """What the styleguide's template of this page needs."""
    now = timezone.now()
    people = _people()
    return {
        "page": page,
        "people": people,
        "person": people[0],
        "amount": Decimal("48250.00"),
        "now": now,
        "yesterday": now - datetime.timedelta(hours=26),
        "last_week": now - datetime.timedelta(days=6),
        "last_month": now - datetime.timedelta(days=33),
        "tomorrow": now + datetime.timedelta(days=1),
        "options": [("a", "Email"), ("b", "Telephone"), ("c", "Trade fair")],
        "stages": [
            {"name": "Qualified", "state": "done", "days": 4, "url": "#"},
            {"name": "Meeting", "state": "done", "days": 11, "url": "#"},
            {"name": "Proposal", "state": "current", "days": 6, "current": True},
            {"name": "Negotiation", "state": "", "days": None, "url": "#"},
            {"name": "Won", "state": "", "days": None, "url": "#"},
        ],
        "mapping": [
            ("opportunity_id", "1C1I7A6R, Z063OYW0, EC4QE1BX"),
            ("sales_agent", "Moses Frase, Darcel Schlecht"),
            ("product", "GTX Plus Basic, GTXPro, MG Special"),
            ("account", "Cancity, Isdom, Hatfan"),
            ("deal_stage", "Won, Engaging, Prospecting"),
            ("close_value", "1054, 4514, 50"),
        ],
        "refused": [
            (14, "Kappa Ltd", "31.02.2026", "create", "“31.02.2026” is not a date that exists."),
            (58, "Isdom", "2026-03-14", "ask", "“GTXPro” is close to “GTX Pro”."),
            (212, "Zathunicon", "2026-04-01", "update", ""),
            (377, "Betasoloin", "2026-04-02", "create", ""),
        ],
    }
