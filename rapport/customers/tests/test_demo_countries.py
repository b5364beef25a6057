"""The invented customers are valid in the eyes of the rest of Rapport."""

import json

import pytest

from rapport.customers.demo.countries import Country, countries, latin, mail_point, phone_point
from rapport.customers.demo.organisations import INDUSTRIES, Namer
from rapport.kit.email_address import normalise_email
from rapport.kit.phones import parse_phone
from rapport.kit.places import country_name
from rapport.kit.simulation.chance import pick, rolls


@pytest.mark.parametrize("country", countries(), ids=lambda c: c.code)
def test_numbers_and_addresses_exist_in_their_country(country: Country):
    roll = rolls("numbers", country.code)
    for city in set(country.cities):
        for number in (country.mobile(roll, city), country.landline(roll, city)):
            phone = parse_phone(number)
            assert (phone.e164, phone.country, phone.valid) == (number, country.code, True), city.name
            assert json.loads(phone_point(roll, number, "work"))["number"] == number
        address = json.loads(country.address(roll, city, "home"))
        assert address["city"] == city.name
        assert address["street"]
    assert country_name(country.code)


@pytest.mark.parametrize("country", countries(), ids=lambda c: c.code)
def test_organisations_have_names_and_domains_of_their_own(country: Country):
    roll, namer, names, domains = rolls("names", country.code), Namer(1), [], []
    for industry, *_ in INDUSTRIES:
        for _ in range(12):
            name, core, domain = namer.name(roll, country, pick(roll, country.cities), industry)
            assert core in name
            assert len(name) < 120
            mail = json.loads(mail_point(roll, f"info@{domain}", "work"))["address"]
            assert normalise_email(mail) == mail
            assert mail.endswith(".example")
            names.append(name)
            domains.append(domain)
    assert len(set(domains)) > 0.97 * len(domains)
    assert len(set(names)) > 0.97 * len(names)


def test_words_in_addresses_are_spelt_as_at_home():
    assert latin("Jürgen", "de") == "juergen"
    assert latin("Günther-Groß", "de") == "guenther-gross"
    assert latin("José", "es") == "jose"
    assert latin("Łukasz") == "lukasz"
    assert latin("d'Angelo") == "dangelo"
