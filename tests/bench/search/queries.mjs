// How long a query takes: node queries.mjs --documents cases.ndjson --index SUCHE [--rounds N]
//
// Every engine answers the queries of tests/eval in this process, one after the other and in turns, up to the first ten hits
// with the slugs of their cases; nothing is drawn. Prints JSON: milliseconds by engine, one for each query, the median of its
// rounds; the first round is not counted.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { lunrGerman, miniSearch, pagefind, praxis } from "./engines.mjs";
import { DEPTH, readQuestions } from "./figures.mjs";

const { values: options } = parseArgs({
  options: {
    documents: { type: "string" },
    index: { type: "string" },
    rounds: { type: "string", default: "4" },
  },
});
const questions = readQuestions(readFileSync(new URL("../../eval/queries.tsv", import.meta.url), "utf8"));
const documents = readFileSync(options.documents, "utf8").trim().split("\n").map((line) => JSON.parse(line));
const engines = {
  praxis: await praxis(options.index),
  pagefind: await pagefind(documents),
  minisearch: miniSearch(documents),
  lunr: lunrGerman(documents),
};
const names = Object.keys(engines);
const times = Object.fromEntries(names.map((name) => [name, questions.map(() => [])]));
const answered = Object.fromEntries(names.map((name) => [name, 0]));
for (let round = 0; round < Number(options.rounds); round += 1) {
  for (const [index, { query }] of questions.entries()) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const begun = performance.now();
      const slugs = (await engines[name].search(query)).slice(0, DEPTH);
      const taken = performance.now() - begun;
      if (round > 0) times[name][index].push(taken);
      else if (slugs.length > 0) answered[name] += 1;
    }
  }
}
for (const engine of Object.values(engines)) await engine.close();

const median = (values) => values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)];
const measured = names.map((name) => {
  if (answered[name] === 0) throw new Error(`${name} found nothing at all`);
  return [name, { answered: answered[name], milliseconds: times[name].map((rounds) => Number(median(rounds).toFixed(3))) }];
});
console.log(JSON.stringify({ cases: documents.length, engines: Object.fromEntries(measured) }));
