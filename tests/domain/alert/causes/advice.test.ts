import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ADVICE, causeFor, type Key } from '../../../../domain/alert/causes/advice/advice.ts';
import { END_CODES, FAILURE_CODES } from '../../../../schemas/message/cause-codes.ts';
import { ROOT } from '../../../support/events.ts';

const KEYS = Object.keys(ADVICE) as Key[];

describe('the advice about a cause', () => {
  it.each(KEYS)('is in plain sentences: %s', (key) => {
    const { cause, nextStep } = causeFor(key);
    const sentences = `${cause} ${nextStep}`.match(/[^.]+(?:\.(?! |$)[^.]*)*\.(?= |$)/g) ?? [];
    const long = sentences.filter((sentence) => sentence.trim().split(/\s+/).length > 25);
    expect([sentences.join(''), long]).toEqual([`${cause} ${nextStep}`, []]);
  });

  it('has each code of a failure, and no other', () => {
    expect(new Set(KEYS.map((key) => causeFor(key).code))).toEqual(new Set(FAILURE_CODES));
  });
});

it('docs/alerts.md lists every code and every detail', () => {
  const [, docs = ''] = readFileSync(join(ROOT, 'docs/alerts.md'), 'utf8').split('\n## Causes\n');
  const items = docs.split('\n## ')[0]?.match(/^- `(?:.|\n {2})*/gm) ?? [];
  const listed = items.flatMap((item) => {
    const [code = '', ...details] = (item.match(/`[a-z0-9-]+`/g) ?? []).map((word) => word.slice(1, -1));
    return [code, ...details.map((detail) => `${code}/${detail}`)];
  });
  const known = [...FAILURE_CODES, ...END_CODES, ...KEYS.filter((key) => key.includes('/'))];
  expect(listed.sort()).toEqual([...new Set(known)].sort());
});
