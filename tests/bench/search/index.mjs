// Builds the index of one engine and writes it: node index.mjs minisearch|lunr DOCUMENTS.ndjson FOLDER
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { indexes } from "./engines.mjs";

const [name, file, folder] = process.argv.slice(2);
const documents = (await readFile(file, "utf8")).trim().split("\n").map((line) => JSON.parse(line));
await mkdir(folder, { recursive: true });
await writeFile(join(folder, "index.json"), indexes[name](documents));
