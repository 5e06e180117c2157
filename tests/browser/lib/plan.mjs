// The scripts of the plan that need no page, loaded as a page would load them, and plans to feed them with.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import vm from 'node:vm';
import { REPOSITORY } from './site.mjs';

const SCRIPTS = ['days', 'plan-model', 'plan-check', 'plan-link', 'plan-profile', 'plan-csv', 'plan-odt'];

/** `HandbookPlan` without any page; `more` names further scripts, which find `globals`. */
export async function loadModel(more = [], globals = {}) {
  const context = vm.createContext({ document: { querySelectorAll: () => [] }, TextEncoder, TextDecoder, Blob, CompressionStream, DecompressionStream, atob, btoa, ...globals });
  for (const name of [...SCRIPTS, ...more]) {
    const path = join(REPOSITORY, `themes/handbuch/static/${name}.js`);
    vm.runInContext(await readFile(path, 'utf8'), context, { filename: path });
  }
  return context.HandbookPlan;
}

/** Values of another realm as values of this one, so that they can be compared. */
export const plain = (value) => JSON.parse(JSON.stringify(value));

export const HANDBOOK = { key: 'gute-praxis', title: 'Handbuch Gute Praxis', edition: '2026-11' };
export const MORNING = '2026-11-22T08:00:00.000Z';
export const NOON = '2026-11-22T12:00:00.000Z';

/** An item as pages hand it over. */
export const item = (id, more = {}) => ({ id, case: 'netzwerk-halle', dimension: 'partner', kind: 'question', text: `Wer klärt ${id}?`, ...more });

/** An entry of a saved plan. */
export const entry = (id, more = {}) => {
  const { id: name, ...rest } = item(id);
  return { item: name, ...rest, answer: 'open', note: '', role: '', due: '', changed: MORNING, ...more };
};

/** A saved plan. */
export const saved = (more = {}) => ({
  format: 'praxis-plan',
  version: 1,
  handbook: HANDBOOK,
  saved: NOON,
  institution: '',
  date: '',
  profile: {},
  cases: [],
  answers: [],
  own: [],
  ...more,
});

/** What all cases share, as `daten/pruefpunkte/index.js` has it. */
export const INDEX = {
  handbook: HANDBOOK,
  dimensions: [
    { id: 'partner', letter: 'D', name: 'Partner', question: 'Wer?' },
    { id: 'raum', letter: 'F', name: 'Raum', question: 'Wo?' },
  ],
  kinds: [
    { id: 'question', label: 'Klärungsfrage', answers: [{ code: 'settled', label: 'geklärt', open: false }, { code: 'open', label: 'offen', open: true }] },
    { id: 'effort', label: 'Aufwand', answers: [] },
    { id: 'deadline', label: 'Frist', answers: [] },
  ],
  own: [{ code: 'open', label: 'offen', open: true }, { code: 'settled', label: 'geklärt', open: false }],
  forms: [{ id: 'ge', name: 'gE' }, { id: 'zkt', name: 'zkT' }],
  states: [
    { id: 'sachsen', name: 'Sachsen', directorate: 'RD Sachsen', neighbours: ['bayern'] },
    { id: 'bayern', name: 'Bayern', directorate: 'RD Bayern', neighbours: ['sachsen'] },
    { id: 'berlin', name: 'Berlin', directorate: 'RD Berlin-Brandenburg', neighbours: ['brandenburg'] },
    { id: 'brandenburg', name: 'Brandenburg', directorate: 'RD Berlin-Brandenburg', neighbours: ['berlin'] },
  ],
  settlements: [{ id: 'grossstadt', name: 'Großstadt', description: '' }],
};
