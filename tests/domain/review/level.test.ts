import { describe, expect, it } from 'vitest';
import { byObject, isSurelyBelow } from '../../../domain/review/level.ts';
import { Z_999 } from '../../../domain/review/measures/wilson.ts';
import { seeded } from '../../chaos/plan/random.ts';

/** How often a year warnings come, at most one a week, where people agree in `share` of `perDay` answers a day. */
function warningsAYear(share: number, perDay: number, z?: number): number {
  const [random, years] = [seeded(7), 60];
  let warnings = 0;
  for (let year = 0; year < years; year++) {
    const days: [number, number][] = [];
    let told = -1;
    for (let day = 0; day < 364; day++) {
      const today: [number, number] = [0, 0];
      days.push(today);
      if (days.length > 7) days.shift();
      for (let answer = 0; answer < perDay; answer++) {
        today[0]++;
        if (random.chance(share)) today[1]++;
        const [n, agreed] = days.reduce(([all, some], [one, other]) => [all + one, some + other], [0, 0]);
        if (told === Math.floor(day / 7) || !isSurelyBelow({ n, agreement: agreed / n, objects: n }, 90, z)) continue;
        told = Math.floor(day / 7);
        warnings++;
      }
    }
  }
  return warnings / years;
}

describe('the statement that agreement is surely below the level', () => {
  it.each([
    [30, 0, 30, true],
    [29, 0, 29, false],
    [300, 0, 29, false],
    [300, 0.8, 30, false],
    [300, 0.8, 300, true],
  ])('with %i answers, of which %f agree, about %i objects: %s', (n, agreement, objects, isBelow) => {
    expect(isSurelyBelow({ n, agreement, objects }, 90)).toBe(isBelow);
  });

  it('uses the interval that counts each object once', () => {
    // Wilson for 15 of 30 by hand: 0.3315 to 0.6685.
    expect(byObject({ n: 300, agreement: 0.5, objects: 30 })).toMatchObject({
      low: expect.closeTo(0.3315, 3),
      high: expect.closeTo(0.6685, 3),
    });
  });

  it('is hardly ever wrong, although it is checked after every answer', () => {
    expect([5, 20].map((perDay) => warningsAYear(0.9, perDay, Z_999) < 1.2)).toEqual([true, true]);
    expect(warningsAYear(0.92, 20, Z_999)).toBeLessThan(0.2);
    // The reason for the wider interval.
    expect(warningsAYear(0.9, 20)).toBeGreaterThan(5);
    expect(warningsAYear(0.8, 20, Z_999)).toBeGreaterThan(40);
  });
});
