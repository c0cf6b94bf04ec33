/** People hear again of an endpoint that stays broken, with `delivery.repeat`. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { decide } from '../../../domain/decide.ts';
import { schemas } from '../../../functions/reconciliation.ts';
import { reconciliationHandler } from '../../../handlers/reconciliation/handler.ts';
import type { Call } from '../../../local/embedded-aws/protocol.ts';
import type { Fault } from '../../../local/embedded-aws/server.ts';
import { localContext } from '../../../local/play/context.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import { AlertMessage } from '../../../schemas/message/alert.ts';
import { useLocalAws } from '../../support/local-aws.ts';
import { IMPATIENT } from '../../support/simulated-clock.ts';

let faultOf: (call: Call) => Fault | undefined = () => undefined;
const aws = useLocalAws(Configuration.parse({ delivery: { repeat: '4h' } }), (call) => faultOf(call));
const HOUR = 3_600_000;
const NOW = Date.parse('2026-11-20T10:00:00Z');

beforeEach(async () => {
  // Only the date: clients need real timers.
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
  await aws().emptyTable();
  aws().sageMaker.resources.clear();
  faultOf = () => undefined;
});
afterEach(() => void vi.useRealTimers());

const endpoint = (status: string, modifiedAt = new Date()) =>
  aws().sageMaker.put({
    type: 'endpoint',
    name: 'churn',
    arn: 'arn:aws:sagemaker:eu-west-1:123456789012:endpoint/churn',
    status,
    createdAt: new Date(NOW - 24 * HOUR),
    modifiedAt,
    detail: {},
    tags: { team: 'vision' },
  });
async function runAt(hours: number): Promise<void> {
  vi.setSystemTime(NOW + hours * HOUR);
  await reconciliationHandler(schemas, decide, IMPATIENT)({}, localContext('reconciliation', 300));
}
const subjects = () => aws().publications.map(({ subject }) => subject);
const FIRST = 'FAILED (critical): endpoint churn [vision]';
const AGAIN = 'STILL FAILED (critical): endpoint churn [vision]';

describe('an endpoint out of service', () => {
  it('is told again every four hours, once each, until it is in service', async () => {
    endpoint('OutOfService');
    for (const hours of [0.01, 1.5, 3]) await runAt(hours);
    expect(subjects()).toEqual([FIRST]);
    for (const hours of [4.2, 5.5, 7]) await runAt(hours);
    expect(subjects()).toEqual([FIRST, AGAIN]);
    for (const hours of [8.3, 8.4, 9.6]) await runAt(hours);
    expect(subjects()).toEqual([FIRST, AGAIN, AGAIN]);
    const { headline } = AlertMessage.parse(JSON.parse(aws().publications.at(-1)?.bodies.get('default') ?? ''));
    expect(headline).toMatch(
      /is out of service\. It has been like this since 2026-11-20 10:00:00 UTC, for 8 h 18 m\.$/,
    );
    endpoint('InService', new Date(NOW + 10 * HOUR));
    for (const hours of [11, 15, 20]) await runAt(hours);
    expect(subjects().slice(3)).toEqual(['IN SERVICE: endpoint churn [vision]']);
  });

  it('is told again at the next run, if SNS refused the repeat', async () => {
    endpoint('OutOfService');
    await runAt(0.01);
    faultOf = ({ service }) => (service === 'sns' ? { kind: 'denied' } : undefined);
    await runAt(4.2);
    faultOf = () => undefined;
    expect(subjects()).toEqual([FIRST]);
    await runAt(5.5);
    expect(subjects()).toEqual([FIRST, AGAIN]);
  });

  it('that failed at its creation is told once: nobody relied on it', async () => {
    endpoint('Failed');
    for (const hours of [0.01, 4.2, 9]) await runAt(hours);
    expect(subjects()).toEqual(['FAILED: endpoint churn [vision]']);
  });
});
