import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../../adapters/hashes.ts';
import { periodOf } from '../../../domain/teams/period.ts';
import { TeamWork } from '../../../domain/teams/team-work.ts';
import { addRecords } from '../../../handlers/teams/read-log.ts';
import { entryOf, FIRST_DAY, FROM, HOUR, LAST_DAY } from '../../support/team-world.ts';

const refuse = (why: string) => {
  throw new Error(why);
};

describe('the work of teams', () => {
  it('counts each entry that it has read, copies and those of other days too', () => {
    const work = new TeamWork(periodOf(FIRST_DAY, LAST_DAY, 'UTC'), fingerprint);
    const add = (at: number) => addRecords(entryOf({ worker: 1, at }), undefined, work, refuse);
    expect(work.entries).toBe(0);
    for (const at of [FROM + HOUR, FROM + HOUR, FROM - 400 * 24 * HOUR]) add(at);
    expect([work.entries, work.result().counted, work.result().copies, work.result().outside]).toEqual([3, 1, 1, 1]);
  });
});
