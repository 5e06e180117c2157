#!/usr/bin/env python3
"""Writes tables and chart from figures that `tests/bench/run` has measured: report.py FIGURES.json

Beside the figures: a .md and a .svg of the same name. The same figures give the same bytes. Needs matplotlib.
"""

import json
import re
import sys
from pathlib import Path
from statistics import median

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot

LARGEST_SHARE, LARGEST_ZOLA, LARGEST_COPY, LARGEST_MEMORY, LARGEST_GROWTH = 0.3, 1.0, 4.0, 500, 15
SMALLER_SHARE = 0.4
LATENCY, LATENCY_SHARE = {100: 50, 1000: 100, 10000: 300}, 0.25
COLOURS = {"praxis": "#0b5cad", "hugo": "#b3446c", "hugo+pagefind": "#7a2048", "zola": "#3d7a2e", "mdbook": "#8a6d1f", "cp": "#666666"}
PAIR = "hugo+pagefind"


def main():
    source = Path(sys.argv[1])
    measured = json.loads(source.read_text("utf-8"))
    sizes = {int(size): with_pair(entry["rounds"]) for size, entry in measured["sizes"].items()}
    titles = {}
    for name, program in measured["programs"].items():
        titles[name] = program["title"]
        if name == "pagefind":
            titles[PAIR] = "Hugo and Pagefind"
    chart = source.with_suffix(".svg")
    draw(sizes, titles, chart)
    source.with_suffix(".md").write_text(report(measured, sizes, titles, chart.name), encoding="utf-8")


def with_pair(rounds):
    """Adds to each round what Hugo and Pagefind take together, for praxis writes pages and index at once."""
    for row in rounds:
        if "hugo" in row and "pagefind" in row:
            first, second = row["hugo"], row["pagefind"]
            row[PAIR] = {key: first[key] + second[key] for key in ("wall", "user", "system")}
            row[PAIR]["megabytes"] = max(first["megabytes"], second["megabytes"])
    return rounds


# -- figures ---------------------------------------------------------------------------------------------------------


def wall(run):
    return run["wall"]


def cpu(run):
    return run["user"] + run["system"]


def values(rounds, name, unit):
    return [unit(row[name]) for row in rounds if name in row]


def ratios(rounds, name, unit, of="praxis"):
    return [unit(row[of]) / max(unit(row[name]), 1e-6) for row in rounds if name in row]


def growth(sizes, small, large, unit, name="praxis"):
    """By how many percent a case costs more in the large handbook."""
    costs = [median(values(sizes[size], name, unit)) / size for size in (small, large)]
    return 100 * (costs[1] / costs[0] - 1)


def percentile(figures, share):
    ordered = sorted(figures)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


# -- text ------------------------------------------------------------------------------------------------------------


def spread(figures, digits=2):
    if not figures:
        return "–"
    low, middle, high = (f"{figure:,.{digits}f}" for figure in (min(figures), median(figures), max(figures)))
    return f"{middle} ({low}–{high})"


def table(head, rows):
    """The first column holds words, the others figures."""
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def report(measured, sizes, titles, chart):
    machine = measured["machine"]
    versions = [f"{program['title']} {program['version']}" for name, program in measured["programs"].items() if program["version"] and name != "same"]
    rounds = ", ".join(f"{len(entry)} of {size:,} cases" for size, entry in sizes.items())
    parts = [
        "# Performance",
        "Written by `tests/bench/run`, which says how it is measured; `tests/bench/README.md` says what the figures mean and what they "
        "do not. Corpus: invented German cases of some 630 words with eight checklist items each. Every figure is the median of its "
        "rounds, with the lowest and the highest in brackets.",
        f"{machine['date']}, {machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB, {machine['system']}, Node "
        f"{machine['node'].lstrip('v')}. {'; '.join(versions)}. Rounds: {rounds}. Load of the machine before and after: "
        f"{machine['load_before']:.1f}, {measured['load_after']:.1f}; {measured['minutes']:.0f} minutes.",
        f"![Seconds of a build by number of cases]({chart})",
        "## What was demanded\n\n" + budgets(sizes, titles, measured.get("latency") or []),
    ]
    parts += [builds(size, rounds, titles, measured["sizes"][str(size)]["site"]) for size, rounds in sizes.items()]
    parts += [unchanged(sizes, titles), growths(sizes, titles), noise(sizes)]
    if measured.get("latency"):
        parts.append(latency(measured["latency"], titles))
    if measured.get("queries"):
        parts.append(queries(measured["queries"], titles))
    if measured.get("pages"):
        parts.append(pages(measured["pages"]))
    return "\n\n".join(parts) + "\n"


def budgets(sizes, titles, latencies):
    """What issue and tests ask for, as far as it was measured."""
    demands = []
    if found := ratios(sizes.get(1000, []), PAIR, wall):
        text = "1,000 cases with search index, time to that of Hugo and Pagefind"
        demands.append((text, f"at most {SMALLER_SHARE:.1f}", spread(found), median(found) <= SMALLER_SHARE))
    largest = sizes.get(10000, [])
    for name, limit, text in (
        ("zola", LARGEST_ZOLA, "10,000 cases with search index, time to that of Zola without one"),
        (PAIR, LARGEST_SHARE, "10,000 cases, time to that of Hugo and Pagefind"),
        ("cp", LARGEST_COPY, "10,000 cases, time to that of `cp -r` of the site"),
    ):
        if found := ratios(largest, name, wall):
            demands.append((text, f"at most {limit:.1f}", spread(found), median(found) <= limit))
    if largest:
        memory = max(row["praxis"]["megabytes"] for row in largest)
        demands.append(("10,000 cases, peak memory", f"at most {LARGEST_MEMORY} MB", f"{memory:.0f} MB", memory <= LARGEST_MEMORY))
    if largest and 1000 in sizes:
        for unit in (wall, cpu):
            more = growth(sizes, 1000, 10000, unit)
            text = f"{unit.__name__.replace('cpu', 'CPU')} time a case, from 1,000 to 10,000 cases"
            demands.append((text, f"less than +{LARGEST_GROWTH} %", f"{more:+.0f} %", more < LARGEST_GROWTH))
    for corpus in latencies:
        cases, edits = corpus["cases"], corpus["edits"]
        own = edited(edits["praxis"], "index")
        if limit := LATENCY.get(cases):
            kept = median(own) <= limit
            demands.append((f"{cases:,} cases, from saving to page and index", f"at most {limit} ms", f"{spread(own, 0)} ms", kept))
        for name in ("hugo", "zola"):
            if name in edits:
                share = median(own) / median(edited(edits[name], "page"))
                text = f"{cases:,} cases, from saving to page and index, to {titles[name]}'s time to the page"
                demands.append((text, f"at most {LATENCY_SHARE:.2f}", f"{share:.2f}", share <= LATENCY_SHARE))
    rows = [(text, limit, found, "kept" if kept else "**not kept**") for text, limit, found, kept in demands]
    return table(["demand", "limit", "measured", ""], rows) if rows else "Not measured: that takes 10,000 cases."


def builds(size, rounds, titles, site):
    rows = []
    for name, title in titles.items():
        if name == "same" or not (runs := [row[name] for row in rounds if name in row]):
            continue
        ratio = "1" if name == "praxis" else spread(ratios(rounds, name, wall))
        ratio_cpu = "1" if name == "praxis" else spread(ratios(rounds, name, cpu))
        # Below what the measuring process holds, the figure says nothing.
        memory = "" if name == "cp" else f"{max(run['megabytes'] for run in runs):.0f}"
        rows.append([title, spread([wall(run) for run in runs]), spread([cpu(run) for run in runs]), memory, ratio, ratio_cpu])
    head = ["program", "wall, s", "CPU, s", "peak, MB", "praxis / it, wall", "praxis / it, CPU"]
    size_of_site = f"The site that praxis writes has {site['files']:,} files, {site['megabytes']:,.1f} MB."
    return f"## {size:,} cases\n\n{size_of_site}\n\n{table(head, rows)}"


def unchanged(sizes, titles):
    rows = []
    for size, rounds in sizes.items():
        for name, title in titles.items():
            if found := values(rounds, f"{name} again", wall):
                first = spread([wall(row[f"{name} again"]) / wall(row[name]) for row in rounds])
                rows.append([f"{size:,} cases, {title}", spread(found, 3), first])
    return "## Once more, with nothing changed\n\n" + table(["program", "wall, s", "to the first build"], rows)


def growths(sizes, titles):
    steps = list(zip(list(sizes), list(sizes)[1:]))
    rows = []
    for small, large in steps:
        for name, title in titles.items():
            if name != "same" and values(sizes[small], name, wall) and values(sizes[large], name, wall):
                more = [f"{growth(sizes, small, large, unit, name):+.0f} %" for unit in (wall, cpu)]
                rows.append([f"{title}, {small:,} → {large:,}", *more])
    if not rows:
        return "## Growth\n\nNot measured: that takes two sizes."
    return "## Growth\n\nHow much more a case costs in a larger handbook.\n\n" + table(["program", "wall a case", "CPU a case"], rows)


def noise(sizes):
    rows = [
        [f"{size:,} cases", spread(ratios(rounds, "same", wall), 3), spread(ratios(rounds, "same", cpu), 3)]
        for size, rounds in sizes.items()
    ]
    text = "Two builds of praxis in the same round, at its two ends. What differs by less than this is not a difference."
    return f"## Noise\n\n{text}\n\n" + table(["size", "praxis / praxis, wall", "praxis / praxis, CPU"], rows)


def latency(measured, titles):
    rows = []
    for corpus in measured:
        for name, edits in corpus["edits"].items():
            page, index = edited(edits, "page"), edited(edits, "index")
            rows.append([f"{corpus['cases']:,}", f"{titles[name]} ({len(edits)} edits)", spread(page, 0), spread(index, 0)])
    text = (
        "From saving a new summary of a case until the server of each program gives out the page with it, in ms; for praxis, page and "
        f"search index. Asked every {1000 * measured[0]['poll']:.0f} ms over a kept connection, in turns."
    )
    return f"## From saving to the page\n\n{text}\n\n" + table(["cases", "server", "page", "and search index"], rows)


def edited(edits, what):
    """Milliseconds of each edit, where they were measured."""
    return [1000 * edit[what] for edit in edits if what in edit]


def queries(measured, titles):
    rows = []
    for name, engine in measured["engines"].items():
        times = engine["milliseconds"]
        figures = [f"{figure:.2f}" for figure in (median(times), percentile(times, 0.95), max(times))]
        title = titles.get(name, name).removesuffix(" index alone").removesuffix(" on Hugo's site")
        rows.append([title, *figures, f"{engine['answered']} of {len(times)}"])
    text = (
        f"Milliseconds in Node over the texts of {measured['cases']:,} cases, each of the queries of `tests/eval/queries.tsv`, up to the "
        "slugs of ten hits (praxis and Pagefind cut extracts as well). What they find, and how well: `docs/scale.md`."
    )
    head = ["engine", "median", "95th percentile", "longest", "queries with hits"]
    return f"## Queries\n\n{text}\n\n" + table(head, rows)


def pages(measured):
    rows = []
    for name, page in measured.items():
        weight = page["weight"]
        scores = page["lighthouse"]["scores"]
        kilobytes = [f"{weight[part] / 1024:.1f}" for part in ("html", "style", "script")]
        lighthouse = " / ".join(f"{scores[category]:.2f}" for category in ("performance", "accessibility", "best-practices"))
        lost = ", ".join(page["lighthouse"]["lost"]) or "–"
        rows.append([f"{name}, `{page['path']}`", *kilobytes, spread(page["paints"], 0), lighthouse, lost])
    text = (
        "Of this repository's handbook: KB (1,024 bytes, unpacked) of the page and of the style sheets and scripts that it names; what is "
        "loaded because a reader searches or comes near a checklist is not counted. First contentful paint from the disk in ms, with the "
        "processor slowed down four times (asked: under 300). Lighthouse over HTTP without compression: performance, accessibility, best "
        "practices (asked: 0.98 each), and audits that cost points. Allowed: 60 KB for the page of a case, 40 KB of style, 25 KB of script."
    )
    head = ["page", "HTML", "style", "script", "first paint", "Lighthouse", "lost"]
    return f"## Pages\n\n{text}\n\n" + table(head, rows)


# -- chart -----------------------------------------------------------------------------------------------------------


def draw(sizes, titles, file):
    # Text stays text, and nothing depends on the day or on chance. A ground of its own, so that dark pages can show it.
    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "praxis", "font.family": "sans-serif", "font.size": 11})
    figure, axes = pyplot.subplots(figsize=(7.5, 4.6), facecolor="white", layout="constrained")
    described = []
    for name, colour in COLOURS.items():
        points = [(size, median(found)) for size, rounds in sizes.items() if (found := values(rounds, name, wall))]
        if not points:
            continue
        width, style = (3, "-") if name == "praxis" else (1.5, "--" if name == "cp" else "-")
        axes.plot(*zip(*points), color=colour, linewidth=width, linestyle=style, marker="o", label=titles[name])
        described.append(f"{titles[name]}: " + ", ".join(f"{size:,} cases {seconds:.2f} s" for size, seconds in points))
    axes.set(xscale="log", yscale="log", xlabel="cases", ylabel="seconds of a build (median, both axes logarithmic)")
    axes.set_xticks(list(sizes), [f"{size:,}" for size in sizes])
    axes.minorticks_off()
    axes.yaxis.set_major_formatter(lambda seconds, _: f"{seconds:g}")
    axes.grid(color="#dddddd", linewidth=0.8)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    figure.savefig(file, metadata={"Date": None, "Creator": None})
    name_chart(file, "How long a build takes", ". ".join(described) + ".")


def name_chart(file, title, description):
    """What a reader hears who does not see it."""
    named = f'\\1 role="img" aria-labelledby="title desc">\n <title id="title">{title}</title>\n <desc id="desc">{description}</desc>\n'
    text = re.sub(r"(<svg[^>]*)>\n", named, file.read_text("utf-8"), count=1)
    file.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
