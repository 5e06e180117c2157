"""From saving a file to the changed page: `praxis serve`, `hugo server` and `zola serve`, in turns.

An edit puts a new word into the summary of a case. Then the page of this case is asked for over one kept connection until
it has the word; with praxis, the search index as well.
"""

import http.client
import random
import re
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import programs

POLL = 0.005  # seconds between two questions: the resolution of all figures
PATIENCE = 120


@dataclass
class Server:
    name: str
    command: list
    port: int
    sources: Path
    source: str  # file of a case, with {slug}
    page: str
    index: str | None = None

    def start(self):
        self.output = tempfile.TemporaryFile()
        self.process = subprocess.Popen([str(part) for part in self.command], stdout=self.output, stderr=self.output)

    def connect(self):
        """The server may take long until it listens."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                    self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
                    return
            except OSError:
                time.sleep(0.1)
        self.output.seek(0)
        raise SystemExit(f"bench: {self.name} does not serve: {self.output.read().decode(errors='replace')[-2000:]}")

    def get(self, path):
        try:
            self.connection.request("GET", f"/{path}")
            return self.connection.getresponse().read()
        except http.client.HTTPException:
            # A page that was written anew while it was read is no page yet; the next question opens a new connection.
            self.connection.close()
            return b""

    def seconds_until(self, path, word):
        begun = time.perf_counter()
        while word not in self.get(path):
            if time.perf_counter() - begun > PATIENCE:
                raise SystemExit(f"bench: {self.name} does not show the change of {path}")
            time.sleep(POLL)
        return time.perf_counter() - begun

    def edit(self, slug, word):
        """Seconds until page and index have a word, which takes the place of the first letters of the summary."""
        file = self.sources / self.source.format(slug=slug)
        before = file.read_text("utf-8")
        opening = rf'^((?:summary|description)(?:: | = )").{{{len(word)}}}'
        after, changes = re.subn(opening, rf"\g<1>{word}", before, count=1, flags=re.M)
        if changes != 1:
            raise SystemExit(f"bench: no summary in {file}")
        saved = time.perf_counter()
        file.write_text(after, "utf-8")
        marker = word.encode()
        self.seconds_until(self.page.format(slug=slug), marker)
        seconds = {"page": time.perf_counter() - saved}
        if self.index:
            self.seconds_until(self.index, marker)
            seconds["index"] = time.perf_counter() - saved
        return seconds

    def stop(self):
        self.process.terminate()
        self.process.wait()


def servers(praxis, corpus, work, alone):
    """Those that are installed, each over a copy of its sources; `alone`, praxis and nothing else."""
    found = {program.name: program for program in programs.installed(praxis)}
    for name in ("praxis",) if alone else ("praxis", "hugo", "zola"):
        if name not in found:
            continue
        port = free_port()
        sources = work / name
        shutil.copytree(corpus / {"praxis": "handbook"}.get(name, name), sources)
        listen = ["--port", port]
        program = found[name].build(corpus, work, None)
        match name:
            case "praxis":
                command = [praxis, "serve", "--root", sources, "--quiet", *listen]
                yield Server(name, command, port, sources, "content/cases/{slug}/case.yaml", "praxis/{slug}.html", "suche/index.gz")
            case "hugo":
                command = [program[0], "server", "--source", sources, "--bind", "127.0.0.1", *listen]
                yield Server(name, command, port, sources, "content/faelle/{slug}.md", "faelle/{slug}/")
            case "zola":
                command = [*program[: program.index("--root")], "--root", sources, "serve", "--interface", "127.0.0.1", *listen]
                yield Server(name, command, port, sources, "content/faelle/{slug}.md", "faelle/{slug}/")


def measure(praxis, corpus, work, edits, alone, say):
    shutil.rmtree(work, ignore_errors=True)
    slugs = sorted(folder.name for folder in (corpus / "handbook" / "content" / "cases").iterdir())
    chosen = random.Random("edits").sample(slugs, min(edits + 1, len(slugs)))
    found = list(servers(praxis, corpus, work, alone))
    say(f"edits of {len(slugs)} cases: {', '.join(server.name for server in found)}")
    try:
        for server in found:
            server.start()
        for server in found:
            server.connect()
        measured = {server.name: [] for server in found}
        for number, slug in enumerate(chosen):
            for server in found if number % 2 == 0 else reversed(found):
                server.get(server.page.format(slug=slug))
                seconds = server.edit(slug, f"Marke{number:05d}")
                if number:  # the first is not counted
                    measured[server.name].append({name: round(value, 4) for name, value in seconds.items()})
    finally:
        for server in found:
            server.stop()
        shutil.rmtree(work, ignore_errors=True)
    return {"cases": len(slugs), "poll": POLL, "edits": measured}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
