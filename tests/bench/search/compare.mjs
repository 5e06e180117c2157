// Compares the search of praxis with Pagefind, MiniSearch and Lunr on the same texts; see README.md.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { bytesOf, lunrGerman, miniSearch, pagefind, praxisAnswers } from "./engines.mjs";
import { figures, rankOf, readQuestions } from "./figures.mjs";

const HELP = `node compare.mjs --documents FILE [--index FOLDER] [--queries FILE …] [--praxis PROGRAM] [--root HANDBOOK]

  --documents FILE   cases as NDJSON, from \`praxis export --format ndjson\`
  --index FOLDER     suche/ of the site, for the sizes of index.gz and texts.gz
  --queries FILE     lines query <TAB> class <TAB> slug,slug; may be given several times
  --praxis PROGRAM   what answers for praxis (default: praxis)
  --root HANDBOOK    handbook of the documents (default: .)`;

const OTHERS = { Pagefind: pagefind, MiniSearch: miniSearch, Lunr: lunrGerman };

const { values: options } = parseArgs({
  options: {
    documents: { type: "string" },
    index: { type: "string" },
    queries: { type: "string", multiple: true, default: [] },
    praxis: { type: "string", default: "praxis" },
    root: { type: "string", default: "." },
  },
});
if (!options.documents) {
  console.error(HELP);
  process.exit(2);
}

const documents = (await readFile(options.documents, "utf8")).trim().split("\n").map((line) => JSON.parse(line));
const engines = {};
for (const [name, make] of Object.entries(OTHERS)) engines[name] = await make(documents);
for (const file of options.queries) await printRelevance(file);
await printSizes();
for (const engine of Object.values(engines)) await engine.close();

async function printRelevance(file) {
  const questions = readQuestions(await readFile(file, "utf8"));
  const answers = { praxis: praxisAnswers(options.praxis, options.root, file) };
  for (const [name, engine] of Object.entries(engines)) answers[name] = await answersOf(engine, questions);
  const names = Object.keys(answers);
  const kinds = [...new Set(questions.map((question) => question.kind))].sort();
  console.log(`## ${file}: ${questions.length} queries, ${documents.length} cases\n`);
  console.log("success@1 / success@3 / MRR@10\n");
  printRow(["class", "queries", ...names]);
  printRow(["---", "--:", ...names.map(() => "---")]);
  for (const kind of [...kinds, undefined]) {
    const chosen = questions.flatMap((question, index) => (kind === undefined || question.kind === kind ? [index] : []));
    const cells = names.map((name) => shown(figures(chosen.map((index) => answers[name][index].rank))));
    printRow([kind ?? "**all**", chosen.length, ...cells]);
  }
  for (const name of names) printMisses(name, questions, answers[name]);
}

async function answersOf(engine, questions) {
  const answers = [];
  for (const { query, relevant } of questions) {
    const slugs = await engine.search(query);
    answers.push({ rank: rankOf(slugs, relevant), found: slugs });
  }
  return answers;
}

function shown({ first, three, mrr }) {
  return [first, three, mrr].map((value) => value.toFixed(3)).join(" / ");
}

function printMisses(name, questions, answers) {
  const missed = questions.map((question, index) => ({ ...question, ...answers[index] })).filter(({ rank }) => rank > 1);
  console.log(`\n### ${name}: ${missed.length} queries whose first hit is not relevant\n`);
  for (const { query, kind, rank, relevant, found } of missed) {
    const place = rank === Infinity ? "not found" : `at ${rank}`;
    console.log(`- \`${query}\` (${kind}): ${relevant.join(", ")} ${place}; first: ${found.slice(0, 3).join(", ") || "nothing"}`);
  }
}

async function printSizes() {
  console.log(`\n## Size for ${documents.length} cases, gzipped, KB\n`);
  printRow(["engine", "index", "index and texts for extracts"]);
  printRow(["---", "--:", "--:"]);
  const kilobytes = (bytes) => (bytes / 1000).toFixed(1);
  if (options.index) {
    const [index, texts] = await Promise.all(["index.gz", "texts.gz"].map((name) => bytesOf(join(options.index, name))));
    printRow(["praxis", kilobytes(index), kilobytes(index + texts)]);
  }
  for (const [name, engine] of Object.entries(engines)) {
    printRow([name, kilobytes(engine.index), kilobytes(engine.indexAndTexts)]);
  }
}

function printRow(cells) {
  console.log(`| ${cells.join(" | ")} |`);
}
