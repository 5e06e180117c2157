#!/usr/bin/env python3
"""Turns a synthetic corpus in neutral form into a handbook.

    convert.py CORPUS HANDBOOK

CORPUS is a folder that the corpus generator wrote with `--forms neutral`: `neutral/cases/<slug>.yaml` and `.md`.
HANDBOOK/content/ is written anew; `praxis check --strict` finds no fault in it.

Everything the corpus says about a case is used: topics, Land, Kreis, organisation, year, target groups and partners as
what they are; keywords as formats, as glossary terms (the most frequent ones, so that there is something to mark in
texts) and in the sentence on why a case works; the table of the prose as figures. What the corpus lacks (dimension,
kind, who says it, stage …) goes round by the number of the case, so that every value occurs. Links between related
cases are left out: praxis computes them.

The same corpus gives the same bytes. Needs PyYAML.
"""

import json
import re
import shutil
import sys
import zlib
from collections import Counter
from pathlib import Path

import yaml

VOCABULARY = Path(__file__).resolve().parents[2] / "content" / "vocabulary"
WORK = "korpus"

# Far enough away never to be over due: a handbook that warns would measure the printing of warnings.
NEXT_REVIEW, DUE = "2099-12", "2099-12-31"
LEGAL_STATE, REVIEWED = "2025-09", "2025-10-15"

DISTRICTS_PER_STATE = 25  # 16 Länder: 400 Kreise, as there are in Germany
GLOSSARY_TERMS = 60  # about as many as the real handbook has
FORMS = {"gE": ("ge", "Jobcenter"), "zkT": ("zkt", "Jobcenter"), "AA": ("agentur", "Agentur für Arbeit")}

TOPICS = {
    "beratung": ("Beratung und Vermittlung", "Beratung"),
    "sprache": ("Sprache und Qualifizierung", "Sprache"),
    "anerkennung": ("Anerkennung von Abschlüssen", "Anerkennung"),
    "arbeitgeber": ("Arbeitgeberansprache", "Arbeitgeber"),
    "netzwerk": ("Netzwerk und Kooperation", "Netzwerk"),
    "organisation": ("Organisation und Digitalisierung", "Organisation"),
}

# A keyword that ends like this stands for a case of this format.
FORMATS = {
    "beratung": ("Beratung", ("beratung", "begleitung", "gespräch", "sprechstunde", "hotline")),
    "kurs": ("Kurs", ("kurs", "schulung", "modul", "baustein", "akademie")),
    "workshop": ("Workshop", ("workshop", "werkstatt", "konferenz", "austausch")),
    "messe": ("Messe", ("messe", "markt", "börse")),
    "veranstaltung": ("Veranstaltung", ("veranstaltung", "tag", "woche", "runde", "café")),
    "projekt": ("Projekt", ("projekt", "initiative", "offensive", "kampagne", "modell")),
    "team": ("Team", ("team", "tandem", "gruppe", "pool", "patenschaft")),
    "netzwerktreffen": ("Netzwerktreffen", ("netzwerk", "kreis", "beirat", "ausschuss", "gemeinschaft", "partner")),
    "vereinbarung": ("Vereinbarung", ("vereinbarung", "bündnis", "pakt", "strategie", "konzept", "plan", "ziel")),
    "anlaufstelle": ("Anlaufstelle", ("service", "stelle", "büro", "zentrum", "angebot")),
    "werkzeug": ("Werkzeug", ("portal", "plattform", "datenbank", "anwendung", "schnittstelle", "film")),
    "handreichung": ("Handreichung", ("leitfaden", "checkliste", "vorlage", "handreichung", "bericht", "standard")),
    "massnahme": ("Maßnahme", ("maßnahme", "förderung", "vermittlung", "verfahren", "prozess", "phase", "schritt")),
    "auswertung": ("Auswertung", ("analyse", "auswertung", "befragung", "erhebung", "feststellung", "rückmeldung")),
}

ABBREVIATIONS = {
    "IHK": "Industrie- und Handelskammer",
    "IQ": "Integration durch Qualifizierung",
    "SGB II": "Zweites Buch Sozialgesetzbuch",
}

SETTLEMENTS = ["grossstadt", "staedtisch", "laendlich-verdichtet", "laendlich-duenn"]
KINDS = ["requirement", "success-factor", "obstacle", "question", "effort", "variant"]
SAID_BY = ["implementer", "participants", "implementer", "third-party", "unattributed"]
STAGES = ["preparation", "delivery", "follow-up"]
LEVELS = ["low", "manageable", "considerable", "staged"]
STATES = ["running", "unknown", "trial", "running", "ended", "continued-as"]
EVIDENCE = ["[experience]", "[experience, feedback]", "[figures]", "[experience, figures]", "[evaluation]"]
PHASES = ["[2]", "[1, 2]", "[2, 3]", "[3]", "[]"]

SECTIONS = {"Umsetzung": "Ansatz", "Übertragbarkeit": "Was vor Ort zu beachten ist"}


def load(path):
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


DIMENSIONS = [dimension["id"] for dimension in load(VOCABULARY / "dimensions.yaml")["entries"]]


def main():
    if len(sys.argv) != 3 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    corpus, handbook = Path(sys.argv[1]), Path(sys.argv[2])
    files = sorted((corpus / "neutral" / "cases").glob("*.yaml"))
    if not files:
        sys.exit(f"convert.py: no cases in {corpus / 'neutral' / 'cases'}")
    cases = [load(file) for file in files]
    content = handbook / "content"
    shutil.rmtree(content, ignore_errors=True)
    regions = Regions(cases)
    for file, case in zip(files, cases):
        text = file.with_suffix(".md").read_text(encoding="utf-8")
        folder = content / "cases" / file.stem
        put(folder / "case.yaml", case_yaml(case, text, regions))
        put(folder / "case.md", case_text(text))
    write_vocabulary(content / "vocabulary", cases, regions)
    write_texts(content, len(cases))


def put(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def quoted(text):
    """A JSON string is a YAML string."""
    return json.dumps(text, ensure_ascii=False)


def slug(text):
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("é", "e")):
        text = text.lower().replace(umlaut, letters)
    return re.sub(r"[^a-z0-9]+", "-", text).strip("-")


def slugs(texts):
    return "[" + ", ".join(slug(text) for text in texts) + "]"


def cut(text, most):
    """At most so many characters, ended at a word."""
    return text if len(text) <= most else text[: most - 2].rsplit(" ", 1)[0].rstrip(" ,;:–") + " …"


def reference(case, step=0):
    return f'{{ work: {WORK}, page: "{1 + (case["nr"] + step) % 400}" }}'


# -- cases -----------------------------------------------------------------------------------------------------------


def case_yaml(case, text, regions):
    number = case["nr"]
    turn = lambda values, step=0: values[(number + step) % len(values)]
    form, kind_of_house = FORMS[case["organisation"]]
    key = f', key: "{regions.key(case)}"' if form != "agentur" else ""
    keywords = case["stichworte"]
    lines = [
        f"title: {quoted(case['titel'])}",
        f"short_title: {quoted(cut(case['titel'], 45))}",
        f"summary: {quoted(summary(case))}",
        f"topics: [{', '.join(case['themen'])}]",
        "organisations:",
        f"  - {{ name: {quoted(kind_of_house + ' ' + case['kreis'])}, form: {form}, role: lead{key} }}",
        f'places: ["{regions.place(case)}"]',
        f"phases: {turn(PHASES)}",
        f"legal_scopes: [{'sgb3' if form == 'agentur' else 'sgb2'}]",
        f"target_groups: {slugs(case['zielgruppen'])}",
        f"formats: [{', '.join(formats_of(case))}]",
        f"partners: {slugs(case['partner'])}",
        *status_lines(case),
        "effort:",
        f"  level: {turn(LEVELS)}",
        "  wording: so nennt es die Quelle",
        f"  said_by: {turn(SAID_BY)}",
        f"  source: {reference(case)}",
        f"evidence: {turn(EVIDENCE)}",
        *figure_lines(case, text),
        "mechanism:",
        f"  text: {quoted('Nach den Erfahrungen des Hauses greifen ineinander: ' + ', '.join(keywords) + '.')}",
        f"  source: {reference(case, 1)}",
        "checklist:",
    ]
    for position, point in enumerate(case["checkliste"]):
        lines += item_lines(case, position, point)
    lines += [
        "sources:",
        f'  - {{ work: {WORK}, pages: "{1 + number % 400}–{3 + number % 400}" }}',
        f"legal_state: {LEGAL_STATE}",
        f"reviewed: {REVIEWED}",
        f"next_review: {NEXT_REVIEW}",
    ]
    return "\n".join(lines) + "\n"


def summary(case):
    text = case["kurz"]
    if len(text) < 80:
        text += f" Ein Beispiel aus {case['kreis']}, gemeinsam mit {' und '.join(case['partner'])} erarbeitet."
    return cut(text, 300)


def formats_of(case):
    """One or two formats, told by the endings of the keywords."""
    found = []
    for keyword in case["stichworte"]:
        for name, (_, endings) in FORMATS.items():
            if name not in found and keyword.endswith(endings):
                found.append(name)
    return found[:2] or [list(FORMATS)[case["nr"] % len(FORMATS)]]


def status_lines(case):
    year, state = case["jahr"], STATES[case["nr"] % len(STATES)]
    extra = {
        "ended": [f"  until: {year}"],
        "continued-as": ["  continued_as: ein dauerhaftes Angebot"],
        "unknown": ["  note: Ob es weiterläuft, sagt die Quelle nicht."],
    }
    return ["status:", f"  state: {state}", f"  since: {year}", *extra.get(state, [])]


def figure_lines(case, text):
    """Two rows of the table in the text as figures: a number, and a share."""
    rows = re.findall(r"^\| ([^|]+) \| (\d+) \| ([\d,]+) % \|$", text, re.M)
    if len(rows) < 2:
        return []
    (label, number, _), (share_label, _, share) = rows[:2]
    dates = f"as_of: {case['jahr']}, source: {reference(case, 2)} }}"
    return [
        "results:",
        f"  - {{ value: {number}, label: {quoted(label)}, base: {quoted('in ' + case['kreis'])}, {dates}",
        f'  - {{ value: {share.replace(",", ".")}, unit: "%", label: {quoted("Anteil: " + share_label)}, {dates}',
    ]


def item_lines(case, position, text):
    number = case["nr"]
    turn = number + position
    # Deadlines are rare in the source, and so here: one in about forty points.
    kind = "deadline" if position == 0 and number % 5 == 0 else KINDS[turn % len(KINDS)]
    lines = [
        f"  - id: fall-{number}-{position + 1}",
        f"    dimension: {DIMENSIONS[turn % len(DIMENSIONS)]}",
        f"    kind: {kind}",
        f"    text: {quoted(text + ('?' if kind == 'question' else '.'))}",
        f"    said_by: {SAID_BY[turn % len(SAID_BY)]}",
        f"    stage: {STAGES[turn % len(STAGES)]}",
    ]
    if kind == "variant":
        lines.append(f"    applies_to: {{ forms: [ge, zkt], settlement: [{SETTLEMENTS[turn % len(SETTLEMENTS)]}] }}")
    if kind == "deadline":
        lines.append(f"    due: {DUE}")
    return [*lines, f"    source: {reference(case, position)}"]


def case_text(text):
    """The prose as an editor of the handbook writes it: required sections by their names, gender stars as they are."""
    text = re.sub(r"^## (.+)$", lambda heading: "## " + SECTIONS.get(heading[1], heading[1]), text, flags=re.M)
    # The corpus has `**Berater**\*innen`: the star and what follows belong to the word in bold.
    text = re.sub(r"\*\*(\w+)\*\*\\\*(\w+)", r"**\1*\2**", text)
    return text.replace("\\*", "*")


# -- vocabulary ------------------------------------------------------------------------------------------------------


class Regions:
    """Länder and directorates of the real handbook; Kreise as the corpus invents them."""

    def __init__(self, cases):
        real = load(VOCABULARY / "regions.yaml")
        self.directorates = real["directorates"]
        self.states = {state["slug"]: state for state in real["states"]}
        self.prefixes = {directorate["id"]: directorate["key_prefixes"][0] for directorate in self.directorates}
        # The first Kreise of a Land are its Kreise; a case from any further one is put into one of these.
        self.districts = {name: [] for name in self.states}
        for case in cases:
            known = self.districts[case["land"]]
            if case["kreis"] not in known and len(known) < DISTRICTS_PER_STATE:
                known.append(case["kreis"])

    def place(self, case):
        known = self.districts[case["land"]]
        if case["kreis"] in known:
            return self.ars(case["land"], known.index(case["kreis"]))
        return self.ars(case["land"], zlib.crc32(case["kreis"].encode()) % len(known))

    def ars(self, state, index):
        return f"{self.states[state]['ars']}{index + 1:03d}0000000"

    def key(self, case):
        """Number of the Jobcenter; it begins as its directorate wants it."""
        prefix = self.prefixes[self.states[case["land"]]["directorate"]]
        width = 5 - len(prefix)
        return f"{prefix}{zlib.crc32(case['kreis'].encode()) % 10**width:0{width}d}"

    def as_data(self):
        districts = [
            {"ars": self.ars(state, index), "name": name, "settlement": SETTLEMENTS[index % len(SETTLEMENTS)]}
            for state, names in self.districts.items()
            for index, name in enumerate(names)
        ]
        return {"directorates": self.directorates, "states": list(self.states.values()), "districts": districts}


def write_vocabulary(folder, cases, regions):
    def choices(values):
        return [{"id": slug(value), "name": value, "description": f"{value} im erfundenen Korpus."} for value in values]

    def seen(key):
        return sorted({value for case in cases for value in case[key]})

    put(folder / "dimensions.yaml", (VOCABULARY / "dimensions.yaml").read_text(encoding="utf-8"))
    dump(folder / "target-groups.yaml", choices(seen("zielgruppen")))
    dump(folder / "partners.yaml", choices(seen("partner")))
    formats = [
        {"id": name, "name": title, "description": f"Format {title} im erfundenen Korpus."}
        for name, (title, _) in FORMATS.items()
    ]
    dump(folder / "formats.yaml", formats)
    dump(folder / "factors.yaml", factors())
    dump(folder / "glossary.yaml", glossary(cases))
    dump(folder / "literature.yaml", literature())
    put(folder / "regions.yaml", dumped(regions.as_data()))


def dump(path, entries):
    put(path, dumped({"entries": entries}))


def dumped(data):
    return yaml.dump(data, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=100)


def factors():
    source = {"work": WORK, "page": "1"}
    return [
        {
            "id": f"x{number + 1}",
            "dimensions": [dimension],
            "name": f"Was immer gilt, Teil {number + 1}",
            "text": "Vor dem Beginn ist geklärt, wer die Aufgabe übernimmt und woran ein Erfolg zu erkennen ist.",
            "source": source,
        }
        for number, dimension in enumerate(DIMENSIONS)
    ]


def glossary(cases):
    counts = Counter(keyword for case in cases for keyword in case["stichworte"])
    # Most frequent first, equals in order of the alphabet; the first of equal ids wins.
    keywords = sorted(counts, key=lambda keyword: (-counts[keyword], keyword))
    terms = {slug(keyword): keyword for keyword in reversed(keywords[:GLOSSARY_TERMS])}
    entries = [
        {"id": slug(term), "term": term, "long": long, "definition": f"{long}, hier nur als Beispiel erklärt."}
        for term, long in ABBREVIATIONS.items()
    ]
    for name, term in sorted(terms.items()):
        definition = f"Ein erfundener Begriff des Korpus. Mit {term} ist gemeint, was das Wort sagt."
        entries.append({"id": name, "term": term, "definition": definition, "see": [entries[-1]["id"]]})
    return entries


def literature():
    return [
        {
            "id": WORK,
            "type": "report",
            "authors": [{"literal": "Generator des Korpus"}],
            "title": "Erfundene Beispiele guter Praxis. Ein Korpus für Messungen",
            "publisher": "niemand",
            "date": 2025,
        }
    ]


# -- handbook, topics, pages -----------------------------------------------------------------------------------------

HANDBOOK = """\
title: Handbuch aus erfundenen Beispielen
short_title: Messkorpus
description: >-
  Synthetische Testdaten, keine echten Fälle: Mit diesem Handbuch wird gemessen, wie schnell es gebaut ist.
publisher: { name: niemand }
language: de
edition: 2025-10
feedback_email: postfach@example.org
content_licence: Erfundener Text, frei zu benutzen.
phases:
  - { number: 1, name: Orientierung, description: Orientierung und Deutsch in Grundzügen. }
  - { number: 2, name: Einstieg, description: Aufnahme einer Beschäftigung. }
  - { number: 3, name: Festigung, description: Beschäftigung stabilisieren und sich weiterbilden. }
"""

PAGES = {
    "impressum": ("imprint", "Impressum"),
    "datenschutz": ("privacy", "Datenschutz"),
    "barrierefreiheit": ("accessibility", "Barrierefreiheit"),
    "leichte-sprache": ("plain-language", "Leichte Sprache"),
    "hintergrund": ("background", "Hintergrund"),
    "ueber": ("about", "Über dieses Handbuch"),
}


def write_texts(content, number_of_cases):
    put(content / "handbook.yaml", HANDBOOK)
    for order, (name, (title, short_title)) in enumerate(TOPICS.items()):
        put(content / "topics" / f"{name}.md", topic(name, title, short_title, order + 1))
    for order, (name, (kind, title)) in enumerate(PAGES.items()):
        head = [
            f"title: {title}",
            "summary: Eine Seite, wie sie jedes Handbuch hat, hier aber mit erfundenem Text und nur für Messungen.",
            f"kind: {kind}",
            f"order: {order + 1}",
        ]
        body = f"## {title}\n\nDieses Handbuch hat {number_of_cases} erfundene Beispiele. Es dient nur der Messung."
        put(content / "pages" / f"{name}.md", with_head(head, body))


def topic(name, title, short_title, order):
    head = [
        f"title: {title}",
        f"short_title: {short_title}",
        f'chapter: "{order}"',
        f"summary: Erfundene Beispiele zum Thema {title}. Mit ihnen wird gemessen, wie schnell das Handbuch entsteht.",
        f"order: {order}",
        "success_factors:",
        f"  - id: {name}-klarheit",
        "    text: Zuständigkeiten sind vor dem Beginn geklärt und allen Beteiligten bekannt.",
        f"    dimension: {DIMENSIONS[order % len(DIMENSIONS)]}",
        f'    source: {{ work: {WORK}, page: "{order}" }}',
        f"  - id: {name}-ausdauer",
        "    text: Das Angebot ist so angelegt, dass es sich ohne große Mühe wiederholen lässt.",
        f"    dimension: {DIMENSIONS[(order + 1) % len(DIMENSIONS)]}",
        f'    source: {{ work: {WORK}, page: "{order + 1}" }}',
        "sources:",
        f'  - {{ work: {WORK}, pages: "{order}–{order + 9}" }}',
        f"legal_state: {LEGAL_STATE}",
        f"reviewed: {REVIEWED}",
        f"next_review: {NEXT_REVIEW}",
    ]
    body = (
        f"## Worum es geht\n\nUnter „{title}“ stehen erfundene Beispiele. Berater*innen und Kund*innen kommen darin "
        "vor, Häuser und Partner auch.\n\n## Was die Beispiele verbindet\n\n"
        "- Sie beginnen mit einer Frage, die sich vor Ort stellt.\n"
        "- Sie halten fest, was gelungen ist und was nicht.\n"
        f"- Sie nennen ihre Quelle ([S. {order}](work:{WORK})).\n"
    )
    return with_head(head, body)


def with_head(head, body):
    return "---\n" + "\n".join(head) + "\n---\n\n" + body.rstrip("\n") + "\n"


if __name__ == "__main__":
    main()
