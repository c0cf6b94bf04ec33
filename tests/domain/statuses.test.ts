import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judge } from '../../domain/change/outcome.ts';
import { KNOWN_TYPES, kindOf } from '../../domain/kinds.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import { STATUSES } from '../../schemas/configuration/statuses.ts';
import { ROOT, readTraining, trainingEvent } from '../support/events.ts';

/** The statuses of each type, and of a type that has no row. */
const known = [...KNOWN_TYPES, 'of-tomorrow'].flatMap((type) =>
  Object.keys(kindOf(type).statuses).map((status) => [type, status] as const),
);

describe('the statuses that a filter may name', () => {
  it('are those that alerts may have', () => {
    expect([...STATUSES]).toEqual([...new Set(known.map(([, status]) => status))].sort());
  });

  it('are spelled as alerts publish them, however an event spells them', () => {
    const wrong = known.flatMap(([type, status]) => {
      const spelled = status.replace(/(?<=[a-z])(?=[A-Z])|\s/g, '_').toUpperCase();
      const plain = readTraining(trainingEvent());
      const { status: published } = judge({ ...plain, status: spelled, resource: { ...plain.resource, type } });
      const { success } = Configuration.safeParse({ subscribers: [{ email: 'a@b.co', statuses: [published] }] });
      return success && published === status ? [] : [[type, status, published]];
    });
    expect(wrong).toEqual([]);
  });

  it('are all in the documentation', () => {
    const docs = readFileSync(join(ROOT, 'docs/routing.md'), 'utf8');
    expect([...STATUSES, 'unknown'].filter((status) => !docs.includes(`\`${status}\``))).toEqual([]);
  });
});
