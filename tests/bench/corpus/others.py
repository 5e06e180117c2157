"""Writes the corpus for Hugo, Zola and mdBook.

Their themes lie in sites/ and are as equal as the three allow: the same page of a case with facts, text, checklist and related
cases, a list of all, one for each topic and each Land, the same CSS. mdBook has neither front matter nor taxonomies, so facts
and lists are Markdown there.
"""

import re
import shutil
from html import escape
from pathlib import Path

from files import put, toml, with_head
from german import WORDS

SITES = Path(__file__).with_name("sites")
TOPICS = dict(WORDS["topics"])
CHOICES = {name: {row[0]: row[-1] for row in WORDS[name]} for name in ("target_groups", "partners")}


def common_mark(text):
    """A star between letters may be emphasis in CommonMark; praxis takes it as it is."""
    return re.sub(r"(?<=\w)\*(?=\w)", r"\\*", text)


def facts(case):
    return {
        "kreis": case.district.name,
        "organisation": case.house,
        "jahr": case.year,
        "zielgruppen": [CHOICES["target_groups"][name] for name in case.target_groups],
        "partner": [CHOICES["partners"][name] for name in case.partners],
        "stichworte": case.keywords,
        "checkliste": case.checklist,
        "verwandt": case.related,
    }


def taxonomies(case):
    return {"themen": case.topics, "laender": [case.district.state["slug"]]}


def start(folder, name, style):
    shutil.copytree(SITES / name, folder)
    put(folder / style, (SITES / "style.css").read_text("utf-8"))


def name_terms(config, table, regions):
    names = toml({table: {**TOPICS, **{state["slug"]: state["name"] for state in regions.states}}})
    put(config, f"{config.read_text('utf-8')}\n{names}")


def write_hugo(folder, regions, cases):
    start(folder, "hugo", "static/style.css")
    name_terms(folder / "hugo.toml", "params.names", regions)
    for case in cases:
        head = {"title": case.title, "summary": case.summary, **taxonomies(case), **facts(case)}
        put(folder / f"content/faelle/{case.slug}.md", with_head(head, common_mark(case.text)))


def write_zola(folder, regions, cases):
    start(folder, "zola", "static/style.css")
    name_terms(folder / "config.toml", "extra.names", regions)
    for case in cases:
        head = {"title": case.title, "description": case.summary, "slug": case.slug}
        head |= {"taxonomies": taxonomies(case), "extra": facts(case)}
        put(folder / f"content/faelle/{case.slug}.md", f"+++\n{toml(head)}+++\n\n{common_mark(case.text)}")


def write_mdbook(folder, regions, cases):
    start(folder, "mdbook", "style.css")
    source = folder / "src"
    by_title = sorted(cases, key=lambda case: case.title)
    titles = {case.slug: common_mark(case.title) for case in cases}
    states = {state["slug"]: state["name"] for state in regions.states}
    lists = {"themen": ("Themen", TOPICS), "laender": ("Länder", states)}
    summary = ["# Summary", "", "[Start](index.md)", ""]
    put(source / "index.md", cases_list("Gute Praxis", by_title, "faelle/"))
    for name, (heading, terms) in lists.items():
        summary.append(f"- [{heading}]({name}/index.md)")
        put(source / name / "index.md", f"# {heading}\n\n" + "".join(f"- [{terms[key]}]({key}.md)\n" for key in terms))
        for key, term in terms.items():
            summary.append(f"  - [{term}]({name}/{key}.md)")
            chosen = [case for case in by_title if key in taxonomies(case)[name]]
            put(source / name / f"{key}.md", cases_list(term, chosen, "../faelle/"))
    summary += [f"- [{titles[case.slug]}](faelle/{case.slug}.md)" for case in by_title]
    put(source / "SUMMARY.md", "\n".join(summary) + "\n")
    for case in cases:
        put(source / f"faelle/{case.slug}.md", mdbook_case(case, titles, states))


def cases_list(heading, cases, folder):
    rows = [f"- [{common_mark(case.title)}]({folder}{case.slug}.md)<br>{common_mark(case.summary)}\n" for case in cases]
    return f"# {heading}\n\n{''.join(rows)}"


def mdbook_case(case, titles, states):
    shown = facts(case)
    state = case.district.state["slug"]
    rows = {
        "Thema": " ".join(f'<a class="tag" href="../themen/{name}.html">{TOPICS[name]}</a>' for name in case.topics),
        "Land": f'<a href="../laender/{state}.html">{states[state]}</a>',
        "Kreis": shown["kreis"],
        "Organisation": shown["organisation"],
        "Zielgruppe": " ".join(f'<span class="tag">{escape(name)}</span>' for name in shown["zielgruppen"]),
        "Jahr": shown["jahr"],
        "Partner": ", ".join(shown["partner"]),
        "Stichworte": ", ".join(shown["stichworte"]),
    }
    listed = "".join(f"<dt>{name}</dt><dd>{text}</dd>\n" for name, text in rows.items())
    points = "".join(f"- [ ] {common_mark(point)}\n" for point in case.checklist)
    related = "".join(f"- [{titles[name]}]({name}.md)\n" for name in case.related)
    return (
        f"# {titles[case.slug]}\n\n{common_mark(case.summary)}\n\n<dl class=\"meta\">\n{listed}</dl>\n\n"
        f"{common_mark(case.text)}\n## Checkliste\n\n{points}\n## Verwandte Fälle\n\n{related}"
    )
