import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClaimedByAnother, claim, isHeldBy } from '../../../domain/change/claim.ts';
import { decide } from '../../../domain/decide.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import type { Claimed, Remembered } from '../../../schemas/stored/resource.ts';
import { readTraining, trainingEvent } from '../../support/events.ts';

const { remember } = decide(readTraining(trainingEvent()), undefined, Configuration.parse({}));
const owing = (untold: Readonly<Record<string, Claimed>>): Remembered => {
  if (remember === undefined) throw new Error('news is stored');
  return { ...remember, untold: new Map(Object.entries(untold)) };
};
const NOW = 1_000_000;
const me = { id: 'me', now: NOW, left: 300_000 };

describe('a claim', () => {
  it('counts the attempt, and ends when the invocation does, after 30 seconds at most', () => {
    const claimed = (left: number) => claim(owing({ a: { attempts: 0 } }), ['a'], { ...me, left }).untold?.get('a');
    expect(claimed(300_000)).toEqual({ attempts: 1, claimedBy: 'me', claimedUntil: NOW + 30_000 });
    expect(claimed(2000)).toEqual({ attempts: 1, claimedBy: 'me', claimedUntil: NOW + 2000 });
  });

  it('leaves what it does not name', () => {
    const other = { attempts: 2, claimedBy: 'other', claimedUntil: NOW + 1 };
    expect(claim(owing({ a: { attempts: 0 }, other }), ['a'], me).untold?.get('other')).toBe(other);
    expect(claim(owing({ other }), [], me)).toEqual(owing({ other }));
  });

  it.each([
    ['is refused while another invocation works', NOW + 1, true],
    ['is taken when the other one is out of time', NOW, false],
    ['is taken when the time of the other one is too far ahead to be true', NOW + 60_001, false],
  ])('%s', (_, claimedUntil, isRefused) => {
    const take = () => claim(owing({ a: { attempts: 1, claimedBy: 'other', claimedUntil } }), ['a'], me);
    if (isRefused) expect(take).toThrow(ClaimedByAnother);
    else expect(take().untold?.get('a')?.attempts).toBe(2);
  });

  it.each([
    ['r1', undefined, 3, 1],
    ['r1', undefined, 9, 1],
    ['r2', 'r1', 3, 1],
    ['r1', 'r1', 2, 3],
    ['r1', 'r1', 3, 4],
    [undefined, undefined, 3, 4],
    [undefined, 'r1', 3, 4],
  ])(
    'begins afresh once for each redrive (%s after %s, %i attempts): attempt %i',
    (redrive, last, attempts, expected) => {
      const taken = claim(owing({ a: { attempts, redrive: last } }), ['a'], { ...me, redrive });
      expect(taken.untold?.get('a')).toMatchObject({
        attempts: expected,
        ...((redrive ?? last) && { redrive: redrive ?? last }),
      });
    },
  );

  it('is recognised as its own by the invocation that took it, and by no other', () => {
    const taken = claim(owing({ a: { attempts: 0 }, b: { attempts: 0 } }), ['a'], me);
    expect([isHeldBy(taken, ['a'], 'me'), isHeldBy(taken, ['a'], 'you')]).toEqual([true, false]);
    expect([isHeldBy(taken, ['a', 'b'], 'me'), isHeldBy(taken, [], 'me')]).toEqual([false, false]);
  });

  it('is never held by two invocations at the same time', () => {
    const attempt = fc.record({ id: fc.constantFrom('a', 'b', 'c'), wait: fc.nat(40_000), left: fc.nat(60_000) });
    fc.assert(
      fc.property(fc.array(attempt, { maxLength: 30 }), (attempts) => {
        let state = owing({ x: { attempts: 0 } });
        let now = NOW;
        let holder = { id: '', until: 0 };
        for (const { id, wait, left } of attempts) {
          now += wait;
          try {
            state = claim(state, ['x'], { id, now, left });
          } catch (error) {
            expect(error).toBeInstanceOf(ClaimedByAnother);
            expect([holder.id === id, holder.until > now]).toEqual([false, true]);
            continue;
          }
          expect(holder.id === id || holder.until <= now).toBe(true);
          holder = { id, until: now + Math.min(left, 30_000) };
        }
      }),
    );
  });
});
