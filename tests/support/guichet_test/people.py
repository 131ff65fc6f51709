"""Invented employers and people. Their numbers are right by checksum and belong to nobody: the
NIRs name the birth place 99 999."""

import random
from dataclasses import dataclass, field

FAMILY_NAMES = ("Aubépin", "Belloeil", "Carrouges", "Delorme-Haie", "Estrangin", "Fontvieille",
                "Grandpré", "Hautbois", "Islemade", "Jolimont", "Kervadec", "Lavergnat",
                "Montbrison", "Noirétable", "Orgeval", "Puylaurens", "Quercymont", "Rochebrune",
                "Saint-Aubert", "Tournefeuil", "Ussac", "Valbonnet", "Wissembourg", "Yvetoz")
GIVEN_NAMES = ("Adèle", "Bastien", "Capucine", "Désiré", "Éloïse", "Florian", "Garance", "Hugues",
               "Inès", "Jules", "Kelig", "Léonie", "Maël", "Noémie", "Octave", "Pénélope",
               "Quentin", "Romane", "Siméon", "Thaïs", "Ulysse", "Victoire", "Yaël", "Zélie")
STREETS = ("rue des Tilleuls", "allée du Canal", "place de l'Église", "chemin des Vignes")
CITIES = (("35000", "Rennes"), ("67000", "Strasbourg"), ("69003", "Lyon"), ("33000", "Bordeaux"))


def luhn_digit(digits):
    """The digit that makes the whole number pass the Luhn check."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if position % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def with_luhn(digits):
    return digits + luhn_digit(digits)


def nir_key(first_13):
    """97 minus the number modulo 97; Corsica's letters count as 19 and 18."""
    number = int(first_13.replace("2A", "19").replace("2B", "18"))
    return f"{97 - number % 97:02d}"


def nir_of(woman, birth_date, order):
    """The NIR of a person born abroad in the invented place 999, with its key."""
    year, month, _ = birth_date.split("-")
    first_13 = f"{2 if woman else 1}{year[2:]}{month}99999{order:03d}"
    return first_13 + nir_key(first_13)


@dataclass
class Person:
    """One invented person, in the fields of an `employee`."""

    family_name: str
    given_names: list
    birth_date: str
    nir: str
    email: str
    address: dict = field(repr=False)

    def employee(self, **changes):
        """The `employee` object of a request; a change to None leaves the field out."""
        data = {"family_name": self.family_name, "given_names": self.given_names,
                "birth_date": self.birth_date, "nir": self.nir, "email": self.email,
                "address": self.address, **changes}
        return {name: value for name, value in data.items() if value is not None}


class Population:
    """A source of employers and people that gives the same ones for the same seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.count = 0
        self.nirs = set()

    def siren(self):
        """A new SIREN that passes the checksum."""
        self.count += 1
        return with_luhn(f"9{self.random.randrange(1000):03d}{self.count:04d}")

    def siret(self, siren):
        return with_luhn(f"{siren}{self.random.randrange(1, 9999):04d}")

    def person(self, birth_year=None):
        """A new adult with an e-mail and an address; no two of one source share a NIR."""
        self.count += 1
        rng = self.random
        birth_date, nir = self._birth(birth_year)
        postal_code, city = rng.choice(CITIES)
        return Person(
            rng.choice(FAMILY_NAMES), rng.sample(GIVEN_NAMES, 2), birth_date, nir,
            f"personne{self.count}@courriel.example",
            {"lines": [f"{rng.randrange(1, 90)} {rng.choice(STREETS)}"],
             "postal_code": postal_code, "city": city})

    def _birth(self, birth_year):
        """A birth date with a NIR that nobody of this source has yet."""
        rng = self.random
        while True:
            year = birth_year or rng.randrange(1962, 2004)
            birth_date = f"{year}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}"
            nir = nir_of(rng.random() < 0.5, birth_date, rng.randrange(1, 1000))
            if nir not in self.nirs:
                self.nirs.add(nir)
                return birth_date, nir
