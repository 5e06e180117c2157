"""Makes cases: what they say, in a form that every program under test can be given."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from german import PLURAL, SINGULAR, WORDS, Writer

VOCABULARY = Path(__file__).resolve().parents[3] / "content" / "vocabulary"
WORDS_PER_CASE = 632
DISTRICTS_PER_STATE = 25  # 16 Länder: 400 districts, as there are in Germany
FORMS = ["ge", "zkt", "agentur"]
SETTLEMENTS = ["grossstadt", "staedtisch", "laendlich-verdichtet", "laendlich-duenn"]
RELATED = 3

# Sections of a text, with what stands in them beside paragraphs.
SECTIONS = {
    "Ausgangslage": None,
    "Ziele": None,
    "Ansatz": "list",
    "Beteiligte und Partner": None,
    "Ergebnisse und Wirkung": "table",
    "Erfolgsfaktoren": "quote",
    "Was vor Ort zu beachten ist": None,
}
LINKED = r"\b(Sprachkurs\w*|Jobcenter\w*|Betrieb\w*|Behörden?|Taskforces?)\b"


def load(path):
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def slug(text):
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("é", "e")):
        text = text.lower().replace(umlaut, letters)
    return re.sub(r"[^a-z0-9]+", "-", text).strip("-")


@dataclass
class District:
    ars: str
    name: str
    settlement: str
    state: dict
    key: str  # of its Jobcenter; begins as its directorate wants it


@dataclass
class Case:
    number: int
    slug: str
    title: str
    summary: str
    topics: list
    district: District
    form: str
    target_groups: list
    partners: list
    formats: list
    keywords: list
    year: int
    checklist: list
    figures: list
    text: str  # Markdown; a star between letters is a star
    related: list = field(default_factory=list)

    @property
    def house(self):
        return f"{'Agentur für Arbeit' if self.form == 'agentur' else 'Jobcenter'} {self.district.name}"


class Regions:
    """Länder and directorates of the real handbook, invented districts."""

    def __init__(self, seed):
        real = load(VOCABULARY / "regions.yaml")
        self.directorates, self.states = real["directorates"], real["states"]
        prefixes = {directorate["id"]: directorate["key_prefixes"][0] for directorate in self.directorates}
        parts = WORDS["districts"]
        writer = Writer(f"{seed}/districts", "")
        names = [f"{first}{second}" for first in parts["first"].split() for second in parts["second"].split()]
        names = writer.sample(names, DISTRICTS_PER_STATE * len(self.states))
        self.districts = []
        for index, name in enumerate(names):
            state, within = self.states[index // DISTRICTS_PER_STATE], index % DISTRICTS_PER_STATE
            prefix = prefixes[state["directorate"]]
            self.districts.append(
                District(
                    ars=f"{state['ars']}{within + 1:03d}0000000",
                    name=f"{writer.pick(parts['kinds'])} {name}",
                    settlement=SETTLEMENTS[index % len(SETTLEMENTS)],
                    state=state,
                    key=f"{prefix}{index:0{5 - len(prefix)}d}"[:5],
                )
            )


def make_cases(count, seed):
    """Case number i is the same however many there are, but for its related cases."""
    regions = Regions(seed)
    cases = [make_case(number, seed, regions) for number in range(1, count + 1)]
    topics = {}
    for case in cases:
        topics.setdefault(case.topics[0], []).append(case.slug)
    for case in cases:
        others = [name for name in Writer(f"{seed}/related/{case.number}", "").sample(topics[case.topics[0]], 8)]
        case.related = [name for name in others if name != case.slug][:RELATED]
    return regions, cases


def make_case(number, seed, regions):
    district = Writer(f"{seed}/place/{number}", "").pick(regions.districts)
    writer = Writer(f"{seed}/case/{number}", district.name)
    ids = lambda name, least, most: [row[0] for row in writer.sample(WORDS[name], writer.between(least, most))]
    first, second, third = writer.terms[:3]
    title = writer.pick(WORDS["titles"]).format(
        a=first[SINGULAR], b=second[SINGULAR], many=third[PLURAL], place=district.name, ppl=writer.slot("ppl")
    )
    topics, target_groups, partners, formats = (
        ids("topics", 1, 3),
        ids("target_groups", 1, 4),
        ids("partners", 2, 4),
        ids("formats", 1, 2),
    )
    text, figures = make_text(writer)
    return Case(
        number=number,
        slug=f"{number:05d}-{slug(title)[:60].strip('-')}",
        title=title,
        summary=make_summary(writer),
        topics=topics,
        district=district,
        form=writer.pick(FORMS),
        target_groups=target_groups,
        partners=partners,
        formats=formats,
        keywords=sorted({term[SINGULAR] for term in writer.terms[: writer.between(3, 7)]}),
        year=writer.between(2019, 2025),
        checklist=[writer.sentence(writer.pick(WORDS["checks"])) for _ in range(writer.between(6, 10))],
        figures=figures,
        text=text,
    )


def make_summary(writer):
    """80 to 300 characters."""
    text = writer.paragraph(2)
    while len(text) < 80:
        text += " " + writer.paragraph(1)
    return text if len(text) <= 300 else text[:298].rsplit(" ", 1)[0].rstrip(" ,;:–") + " …"


def make_text(writer):
    """Markdown of seven sections, with a list, a table, a quotation, some bold words and links; and the rows of the table."""
    wanted = WORDS_PER_CASE * (0.85 + 0.3 * writer.random())
    blocks, words, paragraphs = [], 0, 0
    rows = [(writer.compound()[PLURAL], writer.between(10, 900), writer.below(1000) / 10) for _ in range(4)]
    for index, (heading, extra) in enumerate(SECTIONS.items()):
        blocks.append(f"## {heading}")
        if extra:
            blocks.append(make_extra(extra, writer, rows))
            words += len(blocks[-1].split())
        while words < wanted * (index + 1) / len(SECTIONS):
            paragraph = writer.paragraph(writer.between(2, 5))
            words += len(paragraph.split())
            paragraphs += 1
            if paragraphs % 3 == 1:
                paragraph = re.sub(r"\b([A-ZÄÖÜ][a-zäöüß]{9,})\b(?![*:])", r"**\1**", paragraph, count=1)
            if paragraphs % 4 == 2:
                paragraph = re.sub(LINKED, r"[\1](https://example.org/glossar)", paragraph, count=1)
            blocks.append(paragraph)
    return "\n\n".join(blocks) + "\n", rows


def make_extra(kind, writer, rows):
    match kind:
        case "list":
            return "\n".join(f"- {writer.paragraph(1)}" for _ in range(4))
        case "table":
            cells = [f"| {name} | {number} | {decimal(share)} % |" for name, number, share in rows]
            return "\n".join(["| Kennzahl | Anzahl | Anteil |", "|---|---:|---:|", *cells])
        case "quote":
            return f"> {writer.paragraph(1)}"
    raise KeyError(kind)


def decimal(number):
    return f"{number:.1f}".replace(".", ",")
