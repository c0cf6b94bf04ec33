import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  inTurn,
  type Life,
  MONTHS,
  monthAround,
  reachedAt,
  type Status,
  stopped,
  usdBetween,
} from '../../../bench/simulation/bill.ts';
import { ROOT } from '../../support/events.ts';

const HOUR = 3600;
const lifeOf = (phases: readonly (readonly [Status, number])[], machines: Partial<Life> = {}): Life => ({
  groups: [{ type: 'ml.m5.xlarge', count: 1 }],
  volumeGb: 0,
  discount: 0,
  ...machines,
  phases: inTurn(0, phases),
});
const billOf = (life: Life) => Number(usdBetween(life, 0, Number.POSITIVE_INFINITY).toFixed(6));

describe('the bill of the simulation', () => {
  it('shares no code with the product', () => {
    expect(readFileSync(join(ROOT, 'bench/simulation/bill.ts'), 'utf8')).not.toMatch(/^import /m);
  });

  it.each([
    [
      'starts with the instances, and ends with the upload',
      lifeOf([
        ['Starting', 900],
        ['Training', HOUR],
        ['Uploading', HOUR],
      ]),
      0.46,
    ],
    [
      'adds up instance groups',
      lifeOf([['Training', HOUR]], {
        groups: [
          { type: 'ml.m5.xlarge', count: 2 },
          { type: 'ml.g5.2xlarge', count: 1 },
        ],
      }),
      1.975,
    ],
    // 720 GB for an hour of a month of 720 hours.
    ['has volumes', lifeOf([['Training', HOUR]], { volumeGb: 720 }), 0.37],
    [
      'has no volumes of instances with storage of their own',
      lifeOf([['Training', HOUR]], { volumeGb: 720, groups: [{ type: 'ml.g5.2xlarge', count: 1 }] }),
      1.515,
    ],
    [
      'leaves out interruptions and the wait for capacity',
      lifeOf([
        ['Training', HOUR],
        ['Interrupted', 60],
        ['Starting', HOUR],
        ['LaunchingMLInstances', 60],
        ['Downloading', HOUR],
      ]),
      0.46,
    ],
    ['has the discount of spot capacity', lifeOf([['Training', HOUR]], { discount: 0.7 }), 0.069],
    [
      'has the warm pool',
      lifeOf([
        ['Training', HOUR],
        ['Uploading', 0],
        ['Warm', HOUR],
      ]),
      0.46,
    ],
  ])('%s', (_, life, usd) => {
    expect(billOf(life)).toBe(usd);
  });

  it('says when an amount is reached, across an interruption', () => {
    const life = lifeOf([
      ['Training', HOUR],
      ['Interrupted', 600],
      ['Training', HOUR],
    ]);
    expect(reachedAt(life, 0.345)).toBeCloseTo(1.5 * HOUR + 600, 6);
    expect(reachedAt(life, 0.47)).toBeUndefined();
  });

  it('goes on for the end and the upload of a stopped job, and not for one that waits', () => {
    const windDown = { stopSeconds: 120, uploadSeconds: 60, warmSeconds: 300 };
    const life = lifeOf([
      ['Training', HOUR],
      ['Interrupted', HOUR],
      ['Training', HOUR],
    ]);
    expect(stopped(life, 600, windDown).phases).toEqual(
      inTurn(0, [
        ['Training', 600],
        ['Stopping', 120],
        ['Uploading', 60],
        ['Warm', 300],
      ]),
    );
    expect(stopped(life, HOUR + 10, windDown).phases).toEqual(
      inTurn(0, [
        ['Training', HOUR],
        ['Interrupted', 10],
      ]),
    );
  });

  it.each(Object.entries(MONTHS))('has months of %s that begin at midnight there', (timeZone, starts) => {
    const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
    expect(starts.map((start) => format.format(new Date(start * 1000)))).toEqual(
      ['2026-10-01', '2026-11-01', '2026-12-01', '2027-01-01'].map((day) => `${day} 00:00:00`),
    );
    expect(starts.slice(0, -1).map((start) => monthAround(timeZone as keyof typeof MONTHS, start).from)).toEqual(
      starts.slice(0, -1),
    );
  });
});
