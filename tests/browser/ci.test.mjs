// That forges understand what `praxis new ci` writes: GitLab by its own schema, GitHub and Forgejo by GitHub's own parser.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { register } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { none } from './lib/none.mjs';
import { PRAXIS, REPOSITORY, scratch } from './lib/site.mjs';

const run = promisify(execFile);

register('./lib/json-modules.mjs', import.meta.url);
const { NoOperationTraceWriter, convertWorkflowTemplate, parseWorkflow } = await import('@actions/workflow-parser');

let folder;
before(async () => {
  folder = await scratch();
  for (const forge of ['gitlab', 'github', 'forgejo']) await run(PRAXIS, ['new', 'ci', forge, '--root', folder]);
  const git = (...args) => run('git', ['-C', folder, ...args]);
  await git('init', '--quiet', '--initial-branch=main');
  await git('remote', 'add', 'origin', 'https://gitlab.example.org/amt/handbuch.git');
  await git('add', '.');
  await git('-c', 'user.name=Redaktion', '-c', 'user.email=redaktion@example.org', 'commit', '--quiet', '--message=Anfang');
});
after(() => rm(folder, { recursive: true, force: true }));

/** What GitLab's schema says about a file, as the jobs it finds or as an error. */
const gitlab = async (file) => {
  const program = join(REPOSITORY, 'tests/browser/node_modules/.bin/gitlab-ci-local');
  const { stdout } = await run(program, ['--file', file, '--list-csv-all'], { cwd: folder, env: { ...process.env, NO_COLOR: '1' } });
  return stdout.split('\n').slice(1).filter(Boolean).map((line) => line.split(';')[0]);
};

/** What GitHub's parser says about a workflow. */
const github = async (text) => {
  const { context, value } = parseWorkflow({ name: 'handbook.yml', content: text }, new NoOperationTraceWriter());
  const errors = context.errors.getErrors().map((error) => error.message);
  const workflow = errors.length ? undefined : await convertWorkflowTemplate(context, value);
  return { errors, jobs: workflow?.jobs.map((job) => job.id.value) };
};

test('GitLab understands its file', async () => {
  assert.deepEqual((await gitlab('.gitlab-ci.yml')).sort(), ['check', 'pages', 'preview']);
});

test('GitLab would notice a mistake in it', async () => {
  const text = await readFile(join(folder, '.gitlab-ci.yml'), 'utf8');
  for (const [right, wrong] of [
    ['    expire_in: 2 weeks', '    expire_in: [2]'],
    ['  stage: preview', '  stage: preview\n  stagee: preview'],
  ]) {
    assert.ok(text.includes(right), right);
    await writeFile(join(folder, 'falsch.yml'), text.replace(right, wrong));
    await assert.rejects(gitlab('falsch.yml'), /Invalid .gitlab-ci.yml configuration/);
  }
});

for (const forge of ['github', 'forgejo']) {
  const read = () => readFile(join(folder, `.${forge}/workflows/handbook.yml`), 'utf8');

  test(`${forge} understands its file`, async () => {
    const { errors, jobs } = await github(await read());
    none(errors);
    assert.deepEqual(jobs, ['check', 'publish']);
  });

  test(`${forge} would notice a mistake in it`, async () => {
    const text = await read();
    for (const [right, wrong] of [
      ['runs-on:', 'runs-onn:'],
      ['${{ vars.', '${{ var.'],
      ['fetch-depth: 0', 'fetch-depth: [0]'],
    ]) {
      assert.ok(text.includes(right), right);
      const { errors } = await github(text.replace(right, wrong));
      assert.ok(errors.length > 0, `${wrong} passed`);
    }
  });
}
