import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderDigest } from '../../../domain/delivery/render/digest.ts';
import { WINDOW_KINDS } from '../../../domain/delivery/window.ts';
import { DigestMessage } from '../../../schemas/message/digest.ts';
import { PendingAlert } from '../../../schemas/stored/pending-alert.ts';
import { pendingAlert } from '../../support/pending-alerts.ts';

const START = Date.parse('2026-11-20T02:10:00Z');
const waited = (kind: (typeof WINDOW_KINDS)[number]) => ({
  id: `${kind}-abc-1`,
  kind,
  from: new Date(START),
  until: new Date(START + 300_000),
  stage: 'prod',
});
const SETTINGS = { chat: false, timeZone: 'UTC' };
const many = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));

const capacity = (at: number) =>
  pendingAlert({
    id: `c${at}`,
    at: START + at,
    name: `gpt-sweep-${at}`,
    subject: `FAILED: training job gpt-sweep-${at} [nlp]`,
    headline: `Training job gpt-sweep-${at} failed.`,
    causeCode: 'capacity',
    cause: 'AWS has no capacity for this instance type now.',
    nextStep: 'Try again later, or use another instance type.',
    reason: 'CapacityError: Unable to provision requested ML compute capacity.',
    instance: 'ml.p4d.24xlarge',
    team: at % 3 === 0 ? 'vision' : 'nlp',
    usd: 0,
  });
const memory = (at: number) =>
  pendingAlert({
    id: `o${at}`,
    at: START + at,
    name: `churn-${at}`,
    subject: `FAILED: training job churn-${at}`,
    headline: `Training job churn-${at} failed.`,
    causeCode: 'gpu-memory',
    cause: 'The GPU ran out of memory.',
    nextStep: 'Use a smaller batch.',
    instance: 'ml.g5.2xlarge',
    owner: 'maria',
    usd: 4.2,
    console: 'https://console.aws.amazon.com/x',
  });
const completed = (at: number) =>
  pendingAlert({
    id: `d${at}`,
    at: START + at,
    severity: 'info',
    outcome: 'completed',
    name: `nightly-${at}`,
    subject: `COMPLETED: training job nightly-${at}`,
    headline: `Training job nightly-${at} completed.`,
    usd: 3.1,
  });

describe('one message about several alerts', () => {
  it('of a storm counts alerts that say the same, with owners, and says how to list them', () => {
    const { subject, email, sms } = renderDigest(
      waited('storm'),
      [...many(131, capacity), ...many(12, memory)],
      SETTINGS,
    );
    expect(subject).toBe(
      'AND 143 MORE: 131 x FAILED (capacity, ml.p4d.24xlarge), 12 x FAILED (gpu memory, ml.g5.2xlarge)',
    );
    expect(sms).toBe(subject);
    expect(email).toBe(`Many alerts came at once. You got the first ones one by one; after them
came 143 alerts, from 2026-11-20 02:10:00 UTC to 2026-11-20 02:15:00
UTC:

131 x FAILED: training job on ml.p4d.24xlarge
  AWS has no capacity for this instance type now.
  Next: Try again later, or use another instance type.
  SageMaker says about the first: "CapacityError: Unable to provision
  requested ML compute capacity."
  gpt-sweep-0, gpt-sweep-1, gpt-sweep-2, gpt-sweep-3, gpt-sweep-4,
  gpt-sweep-5, gpt-sweep-6, gpt-sweep-7, gpt-sweep-8, gpt-sweep-9 and
  121 more
  Belongs to: nlp (87), vision (44)

12 x FAILED: training job on ml.g5.2xlarge
  The GPU ran out of memory.
  Next: Use a smaller batch.
  churn-0, churn-1, churn-2, churn-3, churn-4, churn-5, churn-6,
  churn-7, churn-8, churn-9 and 2 more
  Belongs to: maria (12)
  Cost: $50.40

TO LIST THEM ALL
  Each alert has a record in the audit. With the code of Ground Control:
    npm run --silent audit -- --stage prod --day 2026-11-20

--
Ground Control, stage prod
`);
  });

  it('of a quiet night tells failures first, and each in full', () => {
    const { subject, email } = renderDigest(waited('quiet'), [...many(9, completed), memory(1)], SETTINGS);
    expect(subject).toBe('AFTER QUIET HOURS: 1 x FAILED (gpu memory, ml.g5.2xlarge), 9 x COMPLETED');
    expect(email.indexOf('Training job churn-1 failed.')).toBeLessThan(email.indexOf('9 x COMPLETED'));
    expect(email).toContain('  Belongs to: maria\n  Cost: $4.20\n  Console: https://console.aws.amazon.com/x\n');
  });

  it('of one alert has the subject of this alert', () => {
    expect(renderDigest(waited('quiet'), [memory(1)], SETTINGS).subject).toBe('FAILED: training job churn-1');
  });

  it('names both days of the audit for a night', () => {
    const night = {
      ...waited('quiet'),
      from: new Date('2026-11-20T23:00:00Z'),
      until: new Date('2026-11-21T06:00:00Z'),
    };
    expect(renderDigest(night, [memory(1)], SETTINGS).email).toContain(
      '--day 2026-11-20\n    npm run --silent audit -- --stage prod --day 2026-11-21\n',
    );
  });

  it('says that one of them is critical', () => {
    const critical = pendingAlert({ severity: 'critical', subject: 'FAILED (critical): endpoint prod' });
    expect(renderDigest(waited('storm'), [memory(1), critical], SETTINGS).subject).toMatch(
      /^AND 2 MORE \(critical\): 1 x FAILED, 1 x FAILED/,
    );
  });

  it('in chat has the first kinds, without markup of others', () => {
    const shout = pendingAlert({ headline: 'Training job <!channel> failed.', subject: 'FAILED: <!channel>' });
    const { chat } = renderDigest(waited('digest'), [shout, completed(1)], { ...SETTINGS, chat: true });
    expect(JSON.stringify(chat)).not.toContain('<!channel>');
    expect(chat?.content.title).toBe(':x: DIGEST: 1 x FAILED, 1 x COMPLETED');
  });

  const name = fc.string({ unit: 'binary', maxLength: 300 });
  const alert = fc
    .record({
      id: fc.uuid(),
      at: fc.integer({ min: START, max: START + 300_000 }),
      severity: fc.constantFrom('critical' as const, 'error' as const, 'warning' as const, 'info' as const),
      name,
      team: fc.constantFrom('unknown', 'a', 'b'),
      causeCode: fc.constantFrom(undefined, 'capacity', 'quota'),
    })
    .map(pendingAlert);
  const kind = fc.constantFrom(...WINDOW_KINDS);

  it('does not depend on the order in which the table gives the alerts, and loses none', () => {
    fc.assert(
      fc.property(fc.array(alert, { minLength: 1, maxLength: 40 }), kind, (alerts, which) => {
        const message = renderDigest(waited(which), alerts, SETTINGS);
        expect(renderDigest(waited(which), alerts.toReversed(), SETTINGS)).toEqual(message);
        expect(message.message.counts.total).toBe(alerts.length);
        expect(message.message.groups.reduce((sum, { count }) => sum + count, 0)).toBe(alerts.length);
        expect(DigestMessage.parse(message.message)).toEqual(message.message);
      }),
    );
  });

  it('keeps to what SNS, SMS and a mail may have, whatever the names are', () => {
    fc.assert(
      fc.property(fc.array(alert, { minLength: 1, maxLength: 10 }), kind, (alerts, which) => {
        const { subject, sms } = renderDigest(waited(which), alerts, SETTINGS);
        expect(subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/);
        expect(sms.length).toBeLessThanOrEqual(148);
      }),
    );
  });

  it('stays below the largest message of SNS with ten thousand alerts of different kinds and the longest texts', () => {
    const long = 'x'.repeat(600);
    const alerts = many(10_000, (at) =>
      pendingAlert({
        id: `${at}${long}${long}`,
        name: `${at}${'n'.repeat(250)}`,
        causeCode: `${at % 3000}`,
        cause: long,
        nextStep: long,
        reason: 'r'.repeat(200),
        instance: `ml.${at}`,
        team: `${at}${'t'.repeat(250)}`,
      }),
    );
    const { email, sms, message, chat } = renderDigest(waited('storm'), alerts, { chat: true, timeZone: 'UTC' });
    const json = JSON.stringify(message);
    const bodies = JSON.stringify({
      default: json,
      sqs: json,
      lambda: json,
      http: json,
      https: JSON.stringify(chat),
      email,
      sms,
    });
    expect(Buffer.byteLength(bodies)).toBeLessThan(262_144);
  });
});

describe('what is kept of an alert that waits', () => {
  it('is what the table may store', () => {
    expect(PendingAlert.parse(memory(1))).toEqual(memory(1));
  });
});
