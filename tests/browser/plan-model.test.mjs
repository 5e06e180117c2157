// The plan without a page: how it changes, what it refuses, what it becomes in a link, a table, a text document.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { HANDBOOK, INDEX, MORNING, NOON, entry, item, loadModel, plain, saved } from './lib/plan.mjs';
import { scratch } from './lib/site.mjs';

const run = promisify(execFile);

let Plan;
before(async () => {
  Plan = await loadModel();
});

/** What is left of a plan after a check. */
const checked = (plan) => plain(Plan.check(typeof plan === 'string' ? plan : JSON.stringify(plan), HANDBOOK.key));
const refusal = (plan) => {
  try {
    checked(plan);
  } catch (error) {
    return error.code;
  }
  return undefined;
};

describe('a plan that two tabs keep', () => {
  /** A session that has just kept an answer, over a store that another tab writes to as well. */
  const session = async () => {
    const kept = { text: null, beforeSwap: () => {} };
    const store = {
      get: async () => kept.text,
      swap: async (old, value) => {
        kept.beforeSwap();
        if (kept.text !== old) return { current: kept.text };
        kept.text = value;
        return { done: true };
      },
      watch: (listener) => { kept.changed = listener; },
    };
    const timer = (...parameters) => setTimeout(...parameters).unref();
    const Tab = await loadModel(['plan-session'], { setTimeout: timer, addEventListener: () => {} });
    Tab.store = { open: () => store };
    const opened = await Tab.openSession(HANDBOOK, '', () => {}, () => {});
    await opened.update((plan) => Tab.answer(plan, item('hal-01'), { answer: 'open' }, MORNING));
    await opened.keep();
    return { opened, kept };
  };
  const others = JSON.stringify(saved({ answers: [entry('hal-02')] }));
  const answered = (text) => JSON.parse(text).answers.map((each) => each.item).sort();

  test('gets back what the other one has overwritten without having seen it', async () => {
    const { opened, kept } = await session();
    kept.text = others;
    await kept.changed();
    assert.deepEqual(answered(kept.text), ['hal-01', 'hal-02']);
    assert.deepEqual(answered(JSON.stringify(opened.plan)), ['hal-01', 'hal-02']);
  });

  test('stays deleted, also where the deletion comes between reading and putting back', async () => {
    const { opened, kept } = await session();
    kept.text = others;
    kept.beforeSwap = () => { kept.text = null; };
    await kept.changed();
    assert.equal(kept.text, null);
    assert.ok(!opened.kept);
  });
});

describe('answers', () => {
  test('are noted with the words they answer, and go when nothing is left of them', () => {
    const plan = Plan.empty(HANDBOOK);
    assert.ok(Plan.isEmpty(plan));
    Plan.answer(plan, item('hal-01'), { answer: 'open' }, MORNING);
    Plan.answer(plan, item('hal-02'), { note: 'nachfragen' }, MORNING);
    Plan.answer(plan, item('hal-01'), { role: 'Teamleitung' }, NOON);
    assert.deepEqual(plain(plan.answers), [entry('hal-01', { role: 'Teamleitung', changed: NOON }), entry('hal-02', { answer: '', note: 'nachfragen' })]);
    Plan.answer(plan, item('hal-01'), { answer: '', role: '' }, NOON);
    assert.deepEqual(plain(plan.answers).map((each) => each.item), ['hal-02']);
    assert.ok(!Plan.isEmpty(plan));
  });

  test('are open or settled; a note answers where there is nothing to choose, a date where it has passed', () => {
    const standing = (kind, said, due) => Plan.standing({ kind, due }, said, Plan.answersTo(INDEX, kind), '2026-11-22');
    assert.equal(standing('question', undefined), 'none');
    assert.equal(standing('question', { answer: 'open' }), 'open');
    assert.equal(standing('question', { answer: 'settled' }), 'settled');
    assert.equal(standing('question', { answer: '', note: 'x' }), 'none');
    assert.equal(standing('effort', { answer: '', note: 'ein Tag' }), 'settled');
    assert.equal(standing('deadline', undefined, '2026-11-22'), 'open');
    assert.equal(standing('deadline', undefined, '2026-11-21'), 'passed');
    assert.equal(standing('deadline', undefined, '2026-11'), 'open');
    assert.equal(standing('deadline', undefined, '2025'), 'passed');
  });

  test('cases are chosen once, moved and removed', () => {
    const plan = Plan.empty(HANDBOOK);
    for (const slug of ['a', 'b', 'c', 'b']) Plan.select(plan, { slug, title: slug }, true);
    const slugs = () => plan.cases.map(({ slug }) => slug).join('');
    assert.equal(slugs(), 'abc');
    Plan.move(plan, 'c', -1);
    assert.equal(slugs(), 'acb');
    Plan.move(plan, 'a', -1);
    Plan.move(plan, 'b', 1);
    assert.equal(slugs(), 'acb');
    Plan.select(plan, { slug: 'c' }, false);
    assert.equal(slugs(), 'ab');
  });
});

describe('points of several cases', () => {
  const cases = new Map([
    ['netzwerk-halle', { slug: 'netzwerk-halle', items: [item('hal-01'), item('hal-02', { kind: 'effort' }), item('hal-03', { dimension: 'raum' })] }],
    ['move', { slug: 'move', items: [item('move-01')] }],
  ]);

  test('stand by dimension, kind and case; own ones follow', () => {
    const plan = saved({
      cases: [{ slug: 'move', title: '' }, { slug: 'netzwerk-halle', title: '' }],
      own: [{ ...entry('eigen-1'), text: 'Saal buchen' }],
    });
    assert.deepEqual(plain(Plan.points(plan, INDEX, cases, '2026-11-22')).map(({ id }) => id), ['move-01', 'hal-01', 'hal-02', 'eigen-1', 'hal-03']);
  });

  test('another edition: changed words are marked, removed items and dimensions kept', () => {
    const plan = saved({
      cases: [{ slug: 'netzwerk-halle', title: '' }],
      answers: [entry('hal-01', { text: 'Früher hieß es so.' }), entry('hal-99', { note: 'bleibt' }), entry('hal-03', { text: '' })],
      own: [entry('eigen-1', { text: 'x', dimension: 'abgeschafft' })],
    });
    const found = new Map(Plan.points(plan, INDEX, cases, '2026-11-22').map((point) => [point.id, point]));
    assert.equal(found.get('hal-01').formerly, 'Früher hieß es so.');
    assert.equal(found.get('hal-03').formerly, undefined, 'a plan from a link has no words to compare');
    assert.equal(found.get('hal-99').removed, true);
    assert.equal(found.get('hal-99').entry.note, 'bleibt');
    assert.equal(found.get('eigen-1').removed, true);
  });
});

describe('two plans in one', () => {
  const mine = () => saved({ institution: 'Wir', cases: [{ slug: 'a', title: '' }], answers: [entry('x', { note: 'meins', changed: NOON }), entry('y')] });
  const theirs = () =>
    saved({ institution: 'Andere', date: '2026-12-01', cases: [{ slug: 'b', title: '' }, { slug: 'a', title: '' }], answers: [entry('x', { note: 'deins' }), entry('y', { changed: NOON }), entry('z')] });

  test('differences are named, equal answers are none', () => {
    assert.deepEqual(plain(Plan.conflicts(mine(), theirs())).map(({ item: id, mine: my, theirs: their }) => [id, my.note, their.note]), [['x', 'meins', 'deins']]);
  });

  test('the newer answer holds, or the one that the reader chooses', () => {
    const notes = (plan) => plan.answers.map(({ item: id, note }) => `${id}:${note}`).join(' ');
    const merged = Plan.merge(mine(), theirs());
    assert.equal(notes(merged), 'x:meins y: z:');
    assert.deepEqual(plain(merged.cases).map(({ slug }) => slug), ['a', 'b']);
    assert.equal(merged.institution, 'Wir');
    assert.equal(merged.date, '2026-12-01');
    assert.equal(notes(Plan.merge(mine(), theirs(), (_, their) => their)), 'x:deins y: z:');
  });

  test('an own point with the same name and other words is a difference', () => {
    const own = (text) => saved({ own: [{ item: 'eigen-1', dimension: 'raum', text, answer: 'open', note: '', role: '', due: '', changed: MORNING }] });
    assert.equal(Plan.conflicts(own('a'), own('b')).length, 1);
    assert.equal(Plan.conflicts(own('a'), own('a')).length, 0);
  });
});

describe('a plan from outside', () => {
  test('is taken over as it was saved', () => {
    const plan = saved({
      institution: 'Jobcenter Süd',
      date: '2026-12-01',
      profile: { state: 'sachsen', form: 'ge' },
      cases: [{ slug: 'netzwerk-halle', title: 'Netzwerk Halle' }],
      answers: [entry('hal-01', { note: 'Zeile\nzwei – „so“', due: '2026-12-15' })],
      own: [{ item: 'eigen-1', dimension: 'raum', text: 'Saal', answer: 'open', note: '', role: '', due: '', changed: MORNING }],
    });
    assert.deepEqual(checked(plan), { plan, dropped: 0 });
  });

  test('is refused where it is no plan of this handbook', () => {
    assert.equal(refusal('kein JSON'), 'not-a-plan');
    assert.equal(refusal('['.repeat(200_000)), 'not-a-plan');
    assert.equal(refusal('null'), 'not-a-plan');
    assert.equal(refusal('[]'), 'not-a-plan');
    assert.equal(refusal({}), 'not-a-plan');
    assert.equal(refusal(saved({ version: 2 })), 'version');
    assert.equal(refusal(saved({ version: '1' })), 'version');
    assert.equal(refusal(saved({ handbook: null })), 'not-a-plan');
    assert.equal(refusal(saved({ handbook: { ...HANDBOOK, key: 'anderes' } })), 'other-handbook');
    assert.equal(refusal(saved({ answers: {} })), 'not-a-plan');
    assert.equal(refusal(saved({ cases: 'alle' })), 'not-a-plan');
  });

  test('is refused where it is too large', () => {
    assert.equal(refusal(saved({ institution: 'x'.repeat(1024 * 1024) })), 'too-large');
    assert.equal(refusal(saved({ cases: Array.from({ length: 501 }, (_, number) => ({ slug: `f-${number}`, title: '' })) })), 'too-large');
    assert.equal(refusal(saved({ own: Array.from({ length: 501 }, (_, number) => entry(`e-${number}`)) })), 'too-large');
  });

  test('loses the entries that are not readable, and says how many', () => {
    const wrong = [
      null, 7, 'hal', [],
      { ...entry('hal-02'), note: 5 },
      { ...entry('hal-03'), note: 'x'.repeat(5001) },
      { ...entry('hal-04'), role: 'x'.repeat(201) },
      { ...entry('hal-05'), due: '31.12.2026' },
      { ...entry('hal-06'), changed: 'gestern' },
      { ...entry('hal-07'), answer: { toString: 'open' } },
      { ...entry('hal-08'), dimension: '<b>' },
      { ...entry('hal-09'), item: '../hal' },
    ];
    const { plan, dropped } = checked(saved({ answers: [entry('hal-01'), ...wrong], date: 'morgen', profile: { state: 9 } }));
    assert.deepEqual(plan.answers.map((each) => each.item), ['hal-01']);
    assert.equal(plan.date, '');
    assert.deepEqual(plan.profile, {});
    assert.equal(dropped, wrong.length + 2);
  });

  test('cannot reach what all objects share', () => {
    const text = JSON.stringify(saved({ answers: [entry('hal-01')] }))
      .replace('"version"', '"__proto__":{"polluted":true,"answers":[1]},"constructor":{"prototype":{"polluted":true}},"version"')
      .replace('"item"', '"__proto__":{"note":"fremd"},"hasOwnProperty":1,"item"')
      .replace('"profile":{}', '"profile":{"__proto__":{"state":"sachsen"}}');
    const { plan, dropped } = checked(text);
    assert.equal(dropped, 0);
    assert.deepEqual(Object.keys(plan), Object.keys(saved()));
    assert.deepEqual(plan.profile, {});
    assert.equal(plan.answers[0].note, '');
    assert.equal({}.polluted, undefined);
    assert.equal(checked(saved({ answers: [{ ...entry('x'), item: '__proto__' }, { ...entry('x'), item: 'constructor' }] })).plan.answers.length, 1, 'a name like others');
  });

  test('keeps markup as text and loses what no text may hold', () => {
    const { plan } = checked(saved({ answers: [entry('hal-01', { note: '<img src=x onerror=alert(1)>\u0000\u001b\ud800!' })] }));
    assert.equal(plan.answers[0].note, '<img src=x onerror=alert(1)>!');
  });
});

describe('a plan in a link', () => {
  test('comes back as it went; words that the handbook has need not go along', async () => {
    const plan = saved({ institution: 'Jobcenter Köln', cases: [{ slug: 'netzwerk-halle', title: 'Netzwerk Halle' }], answers: [entry('hal-01', { note: 'Größe klären – „bald“ 🙂' })] });
    const hash = await Plan.toHash(plan);
    assert.match(hash, /^#plan=[A-Za-z0-9_-]+$/);
    const { plan: back, dropped } = checked(await Plan.fromHash(hash));
    assert.equal(dropped, 0);
    assert.deepEqual(back, plan);
    const old = entry('hal-02', { text: 'So hieß es früher.' });
    const short = checked(Plan.shorten({ ...plan, answers: [...plan.answers, old] }, new Set(['hal-01']))).plan;
    assert.deepEqual(short, { ...plan, cases: [{ slug: 'netzwerk-halle', title: '' }], answers: [{ ...plan.answers[0], text: '' }, old] });
    assert.deepEqual(await Plan.fromHash(`${hash}&hal-01`), await Plan.fromHash(hash), 'the name of a place may follow');
  });

  test('is no plan where it is damaged, and too large where it unfolds without end', async () => {
    assert.equal(await Plan.fromHash('#teil-pruefliste'), undefined);
    for (const code of ['', '!!!', 'AAAA', 'zzzzzzzzzz']) await assert.rejects(Plan.fromHash(`#plan=${code}`), ({ code: reason }) => reason === 'not-a-plan', code);
    const bomb = await Plan.toHash(saved({ institution: 'a'.repeat(3_000_000) }));
    assert.ok(bomb.length < 10_000, `${bomb.length}`);
    await assert.rejects(Plan.fromHash(bomb), ({ code }) => code === 'too-large');
  });
});

describe('the own institution', () => {
  const profile = { state: 'sachsen', form: 'ge', settlement: 'grossstadt' };
  const one = (slug, more) => ({ slug, short_title: slug, forms: [], states: [], settlements: [], ...more });

  test('items for others are told by what is known', () => {
    const misfits = (...parts) => plain(Plan.misfits(...parts));
    assert.deepEqual(misfits({ forms: ['zkt'], settlements: [] }, profile), ['form']);
    assert.deepEqual(misfits({ forms: ['ge', 'zkt'], settlements: ['land'] }, profile), ['settlement']);
    assert.deepEqual(misfits({ forms: ['zkt'], settlements: ['land'] }, {}), []);
    assert.deepEqual(misfits({}, profile), []);
  });

  test('cases are sorted by what they have in common, none is left out', () => {
    const cases = [
      one('fremd', { states: ['berlin'] }),
      one('bund'),
      one('nachbar', { states: ['bayern'] }),
      one('gleich', { states: ['sachsen'], forms: ['ge'], settlements: ['grossstadt'] }),
      one('form', { states: ['berlin'], forms: ['ge'] }),
    ];
    assert.deepEqual(plain(Plan.byLikeness(cases, profile, INDEX)).map(({ slug, reasons }) => [slug, ...reasons]), [
      ['gleich', 'form', 'state', 'settlement'],
      ['form', 'form'],
      ['nachbar', 'neighbour'],
      ['bund', 'nationwide'],
      ['fremd'],
    ]);
    assert.equal(Plan.nearness({ states: ['brandenburg'] }, { state: 'berlin' }, INDEX), 'directorate');
  });
});

test('cells that a spreadsheet would run are plain text; the rest is quoted where it must be', () => {
  const csv = Plan.toCsv([['a', 'b;c', 'sagt „ja“', 'er sagt "ja"', 'zwei\nZeilen'], ['=1+1', '+49', '-5', '@x', '\t=1', ' =1', '']]);
  assert.equal(csv, '\ufeffa;"b;c";sagt „ja“;"er sagt ""ja""";"zwei\nZeilen"\r\n\'=1+1;\'+49;\'-5;\'@x;\'\t=1;\' =1;\r\n');
});

describe('in an office suite', () => {
  let folder;
  before(async () => {
    folder = await scratch();
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** Converts a file with LibreOffice, with a profile of its own. */
  const convert = async (name, format, filter = []) => {
    const out = join(folder, 'gewandelt');
    await mkdir(out, { recursive: true });
    const profile = `-env:UserInstallation=file://${encodeURI(join(folder, 'profil'))}`;
    await run('soffice', [profile, '--headless', ...filter, '--convert-to', format, '--outdir', out, join(folder, name)], { timeout: 180_000 });
    return join(out, name.replace(/\.[^.]*$/, `.${format.split(':')[0]}`));
  };

  const nasty = '<b>&amp; „Größe“</b> ; "x"\nzweite Zeile';

  test('the table has its columns and umlauts', async () => {
    await writeFile(join(folder, 'plan.csv'), Plan.toCsv([['Punkt', 'Notiz', 'Bis'], ['Räume klären', nasty, '15.12.2026'], ['=1+1', '', '']]));
    // Semicolon, quotation mark, UTF-8, German: what its dialog proposes in Germany.
    const fods = await readFile(await convert('plan.csv', 'fods', ['--infilter=CSV:59,34,76,1,,1031']), 'utf8');
    const rows = [...fods.matchAll(/<table:table-row[^>]*>(.*?)<\/table:table-row>/gs)].map(([, row]) =>
      [...row.matchAll(/<table:table-cell[^>]*?(?:\/>|>(.*?)<\/table:table-cell>)/gs)].map(([, cell = '']) =>
        [...cell.matchAll(/<text:p[^>]*>(.*?)<\/text:p>/gs)].map(([, text]) => text.replace(/<[^>]*>/g, '')).join('\n')),
    );
    const filled = rows.map((row) => row.filter(Boolean)).filter((row) => row.length);
    assert.deepEqual(filled[0], ['Punkt', 'Notiz', 'Bis']);
    assert.equal(filled[1][0], 'Räume klären');
    assert.equal(filled[1][1], '&lt;b&gt;&amp;amp; „Größe“&lt;/b&gt; ; &quot;x&quot;\nzweite Zeile');
    assert.equal(filled[1].length, 3);
    assert.ok(!/table:formula/.test(fods), 'nothing became a formula');
  });

  test('the text document opens, with headings, table and language', async () => {
    const text = {
      title: 'Gemeinsamer Plan',
      paragraphs: ['Haus und Team: Jobcenter Köln & Umland'],
      sections: [{ title: 'Räume und Wege', columns: [{ name: 'Punkt', width: 100 }, { name: 'Wer', width: 70 }], rows: [[nasty, 'Teamleitung'], ...Array.from({ length: 60 }, (_, number) => [`Punkt ${number}`, 'x'])] }],
    };
    await writeFile(join(folder, 'plan.odt'), Buffer.concat(Plan.toOdt(text, NOON).map((part) => Buffer.from(part))));
    const { stdout: first } = await run('head', ['-c', '77', join(folder, 'plan.odt')]);
    assert.match(first, /mimetypeapplication\/vnd\.oasis\.opendocument\.text/, 'programs tell the kind of file by its first bytes');
    const pdf = await convert('plan.odt', 'pdf');
    const { stdout } = await run('pdftotext', ['-layout', '-enc', 'UTF-8', pdf, '-']);
    for (const part of ['Gemeinsamer Plan', 'Jobcenter Köln & Umland', 'Räume und Wege', '<b>&amp; „Größe“</b> ; "x"', 'zweite Zeile', 'Punkt 59']) assert.ok(stdout.includes(part), part);
    const pages = stdout.split('\f').filter((page) => page.trim());
    assert.ok(pages.length >= 2);
    for (const page of pages) assert.match(page, /Punkt\s+Wer/, 'the head of the table is repeated');
    const flat = await readFile(await convert('plan.odt', 'fodt'), 'utf8');
    assert.match(flat, /<text:h [^>]*text:outline-level="1"[^>]*>.*Räume und Wege/);
    assert.match(flat, /fo:language="de"[^>]*fo:country="DE"/);
    assert.match(flat, /<table:table-header-rows>/);
  });
});
