// Builds a handbook for a test, in a folder whose name has spaces and umlauts, as on an office PC.
import { execFile } from 'node:child_process';
import { appendFile, cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The repository, which is a handbook itself. */
export const REPOSITORY = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/** The program under test; `tests/run` names the one it has built. */
export const PRAXIS = process.env.PRAXIS_BIN ?? join(REPOSITORY, 'target/debug/praxis');

/** A folder for one test file, with a name that careless software stumbles over. */
export const scratch = () => mkdtemp(join(tmpdir(), 'Prüfung für Jörg & Ölçer '));

/** A copy of the handbook that a test may change. */
export async function copyOfHandbook() {
  const root = await scratch();
  for (const folder of ['content', 'themes']) await cp(join(REPOSITORY, folder), join(root, folder), { recursive: true });
  return root;
}

/** A former address of a case, for copies of the handbook: the real one has none yet. */
export const FORMER = { slug: 'frauenboerse-plauen', leadsTo: 'stellenboerse-vogtland' };

/** A copy of the handbook in which a case has a former address. */
export async function copyWithFormerAddress() {
  const root = await copyOfHandbook();
  await appendFile(join(root, `content/cases/${FORMER.leadsTo}/case.yaml`), `\naliases: [${FORMER.slug}]\n`);
  return root;
}

/** A copy of the handbook with so many more cases, all alike but for the number in their titles. */
export async function copyWithManyCases(count) {
  const root = await copyOfHandbook();
  const folder = join(root, 'content/cases');
  const data = await readFile(join(folder, 'integrations-netzwerk-schleswig-flensburg/case.yaml'), 'utf8');
  const text = await readFile(join(folder, 'integrations-netzwerk-schleswig-flensburg/case.md'), 'utf8');
  for (let number = 1; number <= count; number += 1) {
    const name = `sprachcafe-${String(number).padStart(4, '0')}`;
    await mkdir(join(folder, name));
    const titled = data.replace(/^title:.*$/m, `title: Sprachcafé im Stadtteil ${number}`).replace(/^short_title:.*$/m, `short_title: Sprachcafé ${number}`);
    await writeFile(join(folder, name, 'case.yaml'), titled);
    await writeFile(join(folder, name, 'case.md'), text);
  }
  return root;
}

/**
 * Builds a handbook and looks at what came out.
 * @param {{root?: string, baseUrl?: string, today?: string}} options handbook to build, the address it is to be published at, and
 *   the day of the build
 */
export async function buildSite({ root = REPOSITORY, baseUrl, today } = {}) {
  const home = await scratch();
  const folder = join(home, 'Gute Praxis – Überblick');
  const more = [...(baseUrl ? ['--base-url', baseUrl] : []), ...(today ? ['--today', today] : [])];
  await run(PRAXIS, ['build', '--quiet', '--root', root, '--out', folder, ...more]);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1).split(sep).join('/'))
    .sort();
  const text = (path) => readFile(join(folder, path), 'utf8');
  return {
    folder,
    /** Every file, by its path from the root of the site. */
    files,
    /** Every page. */
    pages: files.filter((path) => path.endsWith('.html')),
    text,
    bytes: (path) => readFile(join(folder, path)),
    /** The cases as the site itself exports them. */
    cases: async () => JSON.parse(await text('daten/faelle.json')).cases,
    /** Address of a file when the site is opened from disk. */
    address: (path) => pathToFileURL(join(folder, path)).href,
    /** Address of the folder itself, with a slash at the end. */
    base: `${pathToFileURL(folder).href}/`,
    remove: () => rm(home, { recursive: true, force: true }),
  };
}

/** The case with the longest checklist. */
export function largestCase(cases) {
  return cases.reduce((largest, each) => ((each.checklist?.length ?? 0) > (largest.checklist?.length ?? 0) ? each : largest));
}
