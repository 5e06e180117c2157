"""Writes German sentences from the words of words.yaml, at random but the same for the same seed."""

import random
import re
from bisect import bisect_left
from functools import cache
from itertools import accumulate
from pathlib import Path

import yaml


def _rows(lines):
    return [tuple(line.split("|")) for line in lines]


def _words(value):
    """A list of words is a text with spaces, or lines with columns."""
    if isinstance(value, str):
        return value.split()
    return value if isinstance(value, dict) or "{" in value[0] or "|" not in value[0] else _rows(value)


WORDS = {
    name: _words(value)
    for name, value in yaml.load(Path(__file__).with_name("words.yaml").read_text("utf-8"), yaml.CSafeLoader).items()
}

ARTICLES = {
    "nom": {"m": "der", "f": "die", "n": "das"},
    "acc": {"m": "den", "f": "die", "n": "das"},
    "dat": {"m": "dem", "f": "der", "n": "dem"},
    "gen": {"m": "des", "f": "der", "n": "des"},
}
WEAK_E = {("nom", "m"), ("nom", "f"), ("nom", "n"), ("acc", "f"), ("acc", "n")}  # all others end in -en
SINGULAR, GENDER, GENITIVE, PLURAL, PLURAL_DATIVE = range(5)
VERB_FORMS = {"v3s": 0, "v3p": 1, "vpp": 2}

OWN_TERMS = 45  # compounds that a case uses again and again


@cache
def _zipf(count, shift):
    """Cumulative Zipf–Mandelbrot weights of `count` ranks."""
    return list(accumulate(1 / (rank + shift) for rank in range(count)))


class Writer:
    """One stream of random sentences. Only `random()` is asked, the one sequence that Python promises to keep."""

    def __init__(self, seed, place):
        self.random = random.Random(seed).random
        self.place = place
        self.terms = [self.compound() for _ in range(OWN_TERMS)]

    def below(self, number):
        return int(self.random() * number)

    def between(self, least, most):
        return least + self.below(most - least + 1)

    def pick(self, values):
        return values[self.below(len(values))]

    def sample(self, values, count):
        rest = list(values)
        return [rest.pop(self.below(len(rest))) for _ in range(min(count, len(rest)))]

    def frequent(self, values, shift=2.7):
        """The first are drawn most often."""
        weights = _zipf(len(values), shift)
        return values[bisect_left(weights, self.random() * weights[-1])]

    def compound(self):
        """Two parts or, one time in ten, three: with all these the vocabulary never ends, as in real German."""
        first = self.frequent(WORDS["modifiers"])
        second = self.frequent(WORDS["modifiers"])
        if self.random() < 0.1 and second != first:
            first += second.lower()
        head = self.frequent(WORDS["heads"])
        return tuple(part if index == GENDER else first + part for index, part in enumerate(head))

    def noun(self):
        chance = self.random()
        if chance < 0.3:
            return self.frequent(WORDS["nouns"])
        return self.frequent(self.terms, 1.5) if chance < 0.8 else self.compound()

    def phrase(self, case, described):
        noun = self.noun()
        gender = noun[GENDER]
        ending = "e " if (case, gender) in WEAK_E else "en "
        adjective = self.frequent(WORDS["adjectives"]) + ending if described else ""
        return f"{ARTICLES[case][gender]} {adjective}{noun[GENITIVE if case == 'gen' else SINGULAR]}"

    def slot(self, name):
        case = name if name in ARTICLES else name.removeprefix("a")
        if case in ARTICLES:
            return self.phrase(case, described=name != case)
        if name in VERB_FORMS:
            return self.frequent(WORDS["verbs"])[VERB_FORMS[name]]
        match name:
            case "pl":
                return self.noun()[PLURAL]
            case "apl":
                return f"{self.frequent(WORDS['adjectives'])}e {self.noun()[PLURAL]}"
            case "pldat":
                return self.noun()[PLURAL_DATIVE]
            case "ppl":
                return self.frequent(WORDS["people"])[0]
            case "ppldat":
                return self.frequent(WORDS["people"])[1]
            case "adv":
                return self.pick(WORDS["adverbs"])
            case "place":
                return self.place
            case "partner":
                return self.pick(WORDS["partners"])[1]
            case "partnerdat":
                return self.pick(WORDS["partners"])[2]
            case "few":
                return str(self.between(2, 25))
            case "number":
                return str(self.between(20, 499))
            case "many":
                return str(self.between(500, 999))
            case "share":
                return f"{self.between(5, 84)},{self.below(10)}"
            case "year":
                return str(self.between(2018, 2025))
            case "quarter":
                return self.pick(["ersten", "zweiten", "dritten", "vierten"]) + " Quartal"
        raise KeyError(name)

    def sentence(self, template):
        def filled(slot):
            text = self.slot(slot[1].lower())
            return text[0].upper() + text[1:] if slot[1][0].isupper() else text

        return re.sub(r"\{(\w+)\}", filled, template)

    def paragraph(self, sentences):
        return " ".join(self.sentence(self.pick(WORDS["sentences"])) for _ in range(sentences))
