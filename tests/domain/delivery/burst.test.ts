import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admit, type Burst, FIRST, STORM_WINDOW } from '../../../domain/delivery/burst.ts';
import type { Severity } from '../../../schemas/vocabulary.ts';

const SECOND = 1000;

/** Asks for one alert after the other. */
function breaker() {
  let burst: Burst | undefined;
  return (key: string, now: number, severity: Severity = 'error') => {
    const admission = admit(burst, key, severity, now);
    burst = admission.burst ?? burst;
    return admission;
  };
}

describe('the storm breaker', () => {
  it('lets the first five alerts pass, and the sixth wait until five minutes after the first', () => {
    const ask = breaker();
    const first = [0, 1, 2, 3, 4].map((at) => ask(`a${at}`, 1_000_000 + at * SECOND).isAdmitted);
    expect(first).toEqual([true, true, true, true, true]);
    expect(ask('a5', 1_010_000)).toEqual({ isAdmitted: false, until: 1_000_000 + STORM_WINDOW });
    expect(ask('a6', 1_000_000 + STORM_WINDOW).isAdmitted).toBe(true);
  });

  it('gives a retry the answer of the first try', () => {
    const ask = breaker();
    for (let at = 0; at < 5; at++) ask(`a${at}`, at);
    expect([ask('a3', 100).isAdmitted, ask('b', 100).isAdmitted, ask('a3', 200).isAdmitted]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('lets critical alerts pass during a storm, one a second, and they take no place of others', () => {
    const ask = breaker();
    expect(ask('c0', 0, 'critical').isAdmitted).toBe(true);
    for (let at = 0; at < 5; at++) expect(ask(`a${at}`, 2000 + at * SECOND).isAdmitted).toBe(true);
    expect(ask('a5', 8000).isAdmitted).toBe(false);
    expect(ask('c1', 9000, 'critical').isAdmitted).toBe(true);
    expect(ask('c2', 9999, 'critical')).toEqual({ isAdmitted: false, until: STORM_WINDOW });
    expect(ask('c3', 10_000, 'critical').isAdmitted).toBe(true);
  });

  it('keeps the end of a window, whoever opens it: alerts that wait share one', () => {
    const ask = breaker();
    ask('c0', 0, 'critical');
    ask('c1', STORM_WINDOW - 100, 'critical');
    const ends = [0, 10, 20, 30].map((at) => ask(`d${at}`, STORM_WINDOW + at, 'critical'));
    expect(new Set(ends.map((one) => (one.isAdmitted ? 0 : one.until)))).toEqual(new Set([2 * STORM_WINDOW]));
  });

  it('lets retries that come at the same moment wait, too: SNS was out of order, and is back', () => {
    const ask = breaker();
    for (let at = 0; at < 30; at++) expect(ask(`c${at}`, at * SECOND, 'critical').isAdmitted).toBe(true);
    const again = Array.from({ length: 30 }, (_, at) => ask(`c${at}`, 60_000, 'critical').isAdmitted);
    expect(again.filter(Boolean).length).toBeLessThan(8);
  });

  const alerts = fc.array(
    fc.record({
      wait: fc.oneof(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 200_000 })),
      severity: fc.constantFrom<Severity>('error', 'critical', 'info'),
      isRetry: fc.boolean(),
    }),
    { maxLength: 80 },
  );

  it('never sends an address eight alerts within a second, nor six that are not critical within a window', () => {
    fc.assert(
      fc.property(alerts, (all) => {
        const ask = breaker();
        const sent: { at: number; isCritical: boolean }[] = [];
        let now = 1_000_000;
        for (const [at, { wait, severity }] of all.entries()) {
          now += wait;
          if (ask(`a${at}`, now, severity).isAdmitted) sent.push({ at: now, isCritical: severity === 'critical' });
        }
        for (const { at } of sent)
          expect(sent.filter((one) => one.at > at - SECOND && one.at <= at).length).toBeLessThan(8);
        const others = sent.filter(({ isCritical }) => !isCritical);
        // Two windows may meet within five minutes.
        for (const { at } of others)
          expect(others.filter((one) => one.at > at - STORM_WINDOW && one.at <= at).length).toBeLessThanOrEqual(
            2 * FIRST,
          );
      }),
    );
  });

  it('always says when an alert is told that has to wait: within five minutes', () => {
    fc.assert(
      fc.property(alerts, (all) => {
        const ask = breaker();
        let now = 1_000_000;
        for (const [at, { wait, severity, isRetry }] of all.entries()) {
          now += wait;
          const admission = ask(isRetry ? 'same' : `a${at}`, now, severity);
          if (admission.isAdmitted) continue;
          expect(admission.until).toBeGreaterThan(now);
          expect(admission.until - now).toBeLessThanOrEqual(STORM_WINDOW);
        }
      }),
    );
  });
});
