import assert from 'node:assert/strict';

/** Passes when a list of problems is empty; the list itself is the message. */
export function none(problems) {
  const SHOWN = 60;
  const more = problems.length > SHOWN ? [`… and ${problems.length - SHOWN} more`] : [];
  const lines = [...problems.slice(0, SHOWN), ...more].map((problem) => `\n  ${problem}`);
  assert.ok(problems.length === 0, `${problems.length} problems:${lines.join('')}`);
}
