"""Writes the corpus as a handbook. `praxis check --strict` finds no fault in it.

What a sentence cannot say (dimension, kind, who says it, stage …) goes round by the number of the case, so that every
value occurs.
"""

from collections import Counter

from cases import VOCABULARY, load, slug
from files import put, with_head, yaml
from german import WORDS

WORK = "korpus"
GLOSSARY_TERMS = 60  # about as many as the real handbook has
# Far enough away never to be over due: a handbook that warns would measure the printing of warnings.
NEXT_REVIEW, DUE = "2099-12", "2099-12-31"
REVIEW = {"legal_state": "2025-09", "reviewed": "2025-10-15", "next_review": NEXT_REVIEW}

KINDS = ["requirement", "success-factor", "obstacle", "question", "effort", "variant"]
SAID_BY = ["implementer", "participants", "implementer", "third-party", "unattributed"]
STAGES = ["preparation", "delivery", "follow-up"]
LEVELS = ["low", "manageable", "considerable", "staged"]
STATES = ["running", "unknown", "trial", "running", "ended", "continued-as"]
EVIDENCE = [["experience"], ["experience", "feedback"], ["figures"], ["experience", "figures"], ["evaluation"]]
PHASES = [[2], [1, 2], [2, 3], [3], []]
SETTLEMENTS = ["grossstadt", "staedtisch", "laendlich-verdichtet", "laendlich-duenn"]
DIMENSIONS = [dimension["id"] for dimension in load(VOCABULARY / "dimensions.yaml")["entries"]]

HANDBOOK = {
    "title": "Handbuch aus erfundenen Beispielen",
    "short_title": "Messkorpus",
    "description": "Erfundene Beispiele, keine echten Fälle: Mit diesem Handbuch wird gemessen, wie schnell es gebaut ist.",
    "publisher": {"name": "niemand"},
    "language": "de",
    "edition": "2025-10",
    "feedback_email": "postfach@example.org",
    "content_licence": "Erfundener Text, frei zu benutzen.",
    "phases": [
        {"number": 1, "name": "Orientierung", "description": "Orientierung und Deutsch in Grundzügen."},
        {"number": 2, "name": "Einstieg", "description": "Aufnahme einer Beschäftigung."},
        {"number": 3, "name": "Festigung", "description": "Beschäftigung stabilisieren und sich weiterbilden."},
    ],
}

PAGES = {
    "impressum": ("imprint", "Impressum"),
    "datenschutz": ("privacy", "Datenschutz"),
    "barrierefreiheit": ("accessibility", "Barrierefreiheit"),
    "leichte-sprache": ("plain-language", "Leichte Sprache"),
    "hintergrund": ("background", "Hintergrund"),
    "ueber": ("about", "Über dieses Handbuch"),
}


def write(folder, regions, cases):
    content = folder / "content"
    put(content / "handbook.yaml", yaml(HANDBOOK))
    for case in cases:
        put(content / "cases" / case.slug / "case.yaml", yaml(fields(case)))
        put(content / "cases" / case.slug / "case.md", case.text)
    write_vocabulary(content / "vocabulary", regions, cases)
    for order, (name, title) in enumerate(WORDS["topics"], 1):
        put(content / "topics" / f"{name}.md", topic(name, title, order))
    for order, (name, (kind, title)) in enumerate(PAGES.items(), 1):
        head = {"title": title, "summary": SUMMARY_OF_A_PAGE, "kind": kind, "order": order}
        put(content / "pages" / f"{name}.md", with_head(head, f"## {title}\n\n{len(cases)} erfundene Beispiele.\n"))


SUMMARY_OF_A_PAGE = "Eine Seite, wie sie jedes Handbuch hat, hier aber mit erfundenem Text und nur für Messungen."


def fields(case):
    turn = lambda values: values[case.number % len(values)]
    reference = lambda step=0: {"work": WORK, "page": str(1 + (case.number + step) % 400)}
    house = {"name": case.house, "form": case.form, "role": "lead"}
    if case.form != "agentur":
        house["key"] = case.district.key
    (label, number, _), (share_label, _, share), *_ = case.figures
    dated = {"as_of": case.year, "source": reference(2)}
    mechanism = f"Nach den Erfahrungen des Hauses greifen ineinander: {', '.join(case.keywords)}."
    return {
        "title": case.title,
        "short_title": case.title if len(case.title) <= 45 else case.title[:43].rsplit(" ", 1)[0] + " …",
        "summary": case.summary,
        "topics": case.topics,
        "organisations": [house],
        "places": [case.district.ars],
        "phases": turn(PHASES),
        "legal_scopes": ["sgb3" if case.form == "agentur" else "sgb2"],
        "target_groups": case.target_groups,
        "formats": case.formats,
        "partners": case.partners,
        "status": status(turn(STATES), case.year),
        "effort": {"level": turn(LEVELS), "wording": "so nennt es die Quelle", "said_by": turn(SAID_BY), "source": reference()},
        "evidence": turn(EVIDENCE),
        "results": [
            {"value": number, "label": label, "base": f"in {case.district.name}", **dated},
            {"value": share, "unit": "%", "label": f"Anteil: {share_label}", **dated},
        ],
        "mechanism": {"text": mechanism, "source": reference(1)},
        "checklist": [
            {**item(case.number, position, text), "source": reference(position)}
            for position, text in enumerate(case.checklist)
        ],
        "sources": [{"work": WORK, "pages": f"{1 + case.number % 400}–{3 + case.number % 400}"}],
        **REVIEW,
    }


def status(state, year):
    extra = {
        "ended": {"until": year},
        "continued-as": {"continued_as": "ein dauerhaftes Angebot"},
        "unknown": {"note": "Ob es weiterläuft, sagt die Quelle nicht."},
    }
    return {"state": state, "since": year, **extra.get(state, {})}


def item(number, position, text):
    turn = lambda values: values[(number + position) % len(values)]
    # Deadlines are rare in the real handbook, and so here: one in about forty points.
    kind = "deadline" if position == 0 and number % 5 == 0 else turn(KINDS)
    fields = {
        "id": f"fall-{number}-{position + 1}",
        "dimension": turn(DIMENSIONS),
        "kind": kind,
        "text": text + ("?" if kind == "question" else "."),
        "said_by": turn(SAID_BY),
        "stage": turn(STAGES),
    }
    if kind == "variant":
        fields["applies_to"] = {"forms": ["ge", "zkt"], "settlement": [turn(SETTLEMENTS)]}
    if kind == "deadline":
        fields["due"] = DUE
    return fields


def topic(name, title, order):
    source = {"work": WORK, "page": str(order)}
    factors = {
        f"{name}-klarheit": "Zuständigkeiten sind vor dem Beginn geklärt und allen Beteiligten bekannt.",
        f"{name}-ausdauer": "Das Angebot ist so angelegt, dass es sich ohne große Mühe wiederholen lässt.",
    }
    head = {
        "title": title,
        "short_title": title.split()[0],
        "chapter": str(order),
        "summary": f"Erfundene Beispiele zum Thema {title}. Mit ihnen wird gemessen, wie schnell das Handbuch entsteht.",
        "order": order,
        "success_factors": [
            {"id": factor, "text": text, "dimension": DIMENSIONS[(order + step) % len(DIMENSIONS)], "source": source}
            for step, (factor, text) in enumerate(factors.items())
        ],
        "sources": [{"work": WORK, "pages": f"{order}–{order + 9}"}],
        **REVIEW,
    }
    body = (
        f"## Worum es geht\n\nUnter „{title}“ stehen erfundene Beispiele. Berater*innen und Kund*innen kommen darin "
        "vor, Häuser und Partner auch.\n\n## Was die Beispiele verbindet\n\n"
        "- Sie beginnen mit einer Frage, die sich vor Ort stellt.\n"
        "- Sie halten fest, was gelungen ist und was nicht.\n"
        f"- Sie nennen ihre Quelle ([S. {order}](work:{WORK})).\n"
    )
    return with_head(head, body)


def write_vocabulary(folder, regions, cases):
    def choices(rows):
        return [{"id": row[0], "name": row[-1], "description": f"{row[-1]} im erfundenen Korpus."} for row in rows]

    districts = [
        {"ars": district.ars, "name": district.name, "settlement": district.settlement} for district in regions.districts
    ]
    entries = {
        "target-groups": choices(WORDS["target_groups"]),
        "partners": choices(WORDS["partners"]),
        "formats": choices(WORDS["formats"]),
        "factors": [factor(number, dimension) for number, dimension in enumerate(DIMENSIONS, 1)],
        "glossary": glossary(cases),
        "literature": [work()],
    }
    for name, rows in entries.items():
        put(folder / f"{name}.yaml", yaml({"entries": rows}))
    put(folder / "dimensions.yaml", (VOCABULARY / "dimensions.yaml").read_text(encoding="utf-8"))
    regions = {"directorates": regions.directorates, "states": regions.states, "districts": districts}
    put(folder / "regions.yaml", yaml(regions))


def factor(number, dimension):
    return {
        "id": f"x{number}",
        "dimensions": [dimension],
        "name": f"Was immer gilt, Teil {number}",
        "text": "Vor dem Beginn ist geklärt, wer die Aufgabe übernimmt und woran ein Erfolg zu erkennen ist.",
        "source": {"work": WORK, "page": "1"},
    }


def glossary(cases):
    """Abbreviations, and the keywords of most cases: so there is something to mark in texts."""
    counts = Counter(keyword for case in cases for keyword in case.keywords)
    keywords = sorted(counts, key=lambda keyword: (-counts[keyword], keyword))[:GLOSSARY_TERMS]
    entries = [
        {"id": name, "term": term, "long": long, "definition": f"{long}, hier nur als Beispiel erklärt."}
        for name, term, long in WORDS["abbreviations"]
    ]
    for name, term in sorted({slug(keyword): keyword for keyword in reversed(keywords)}.items()):
        definition = f"Ein erfundener Begriff des Korpus. Mit {term} ist gemeint, was das Wort sagt."
        entries.append({"id": name, "term": term, "definition": definition, "see": [entries[-1]["id"]]})
    return entries


def work():
    return {
        "id": WORK,
        "type": "report",
        "authors": [{"literal": "Generator des Korpus"}],
        "title": "Erfundene Beispiele guter Praxis. Ein Korpus für Messungen",
        "publisher": "niemand",
        "date": 2025,
    }
