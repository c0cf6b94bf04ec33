import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { handler } from '../../functions/training-job.ts';
import { localContext } from '../../local/play/context.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import { useBudgetFunction } from '../support/budget-function.ts';
import { cappedJob, JOB, minutesIn } from '../support/capped-job.ts';
import { trainingEvent } from '../support/events.ts';
import { useLocalAws } from '../support/local-aws.ts';
import { usePlannedFaults } from '../support/planned-faults.ts';

const { fault, plan } = usePlannedFaults();
const aws = useLocalAws(Configuration.parse({ dashboard: 'on' }), fault);
const { check, subjects } = useBudgetFunction(aws);

/** The metrics that were written, with their dimensions: `Alerts family=training-job` and the value. */
async function metricsOf(act: () => Promise<unknown>): Promise<Record<string, number>> {
  // Powertools writes to the console of the process only while it develops.
  Object.assign(process.env, { POWERTOOLS_METRICS_DISABLED: 'false', POWERTOOLS_DEV: 'true' });
  const written = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  try {
    await act();
    const found: Record<string, number> = {};
    for (const [line] of written.mock.calls) {
      const { _aws: about, ...values } = JSON.parse(String(line));
      for (const { Dimensions, Metrics, Namespace } of about?.CloudWatchMetrics ?? []) {
        expect(Namespace).toBe('GroundControl');
        for (const { Name } of Metrics) {
          const others = Dimensions.flat().filter((name: string) => name !== 'service');
          expect(Dimensions.flat()).toContain('service');
          found[[Name, ...others.map((name: string) => `${name}=${values[name]}`)].join(' ')] = values[Name];
        }
      }
    }
    return found;
  } finally {
    written.mockRestore();
    Object.assign(process.env, { POWERTOOLS_METRICS_DISABLED: 'true', POWERTOOLS_DEV: 'false' });
  }
}

beforeEach(() => aws().emptyTable());
afterEach(() => void vi.useRealTimers());

describe('metrics about alerts, with dashboard: on', () => {
  it('count an alert by family and by outcome, with its cost and its delay, once for each change', async () => {
    const failed = trainingEvent({}, { time: new Date(Date.now() - 5000).toISOString() });
    const first = await metricsOf(() => handler(failed, localContext('trainingJob')));
    expect(first).toMatchObject({ 'Alerts family=training-job': 1, 'Alerts outcome=failed': 1 });
    expect(first['AlertSeconds']).toBeGreaterThanOrEqual(5);
    expect(first['AlertSeconds']).toBeLessThan(60);
    expect(aws().publications).toHaveLength(1);
    expect(await metricsOf(() => handler(failed, localContext('trainingJob')))).toEqual({});
  });

  it('count nothing that nobody is told', async () => {
    const running = trainingEvent({ TrainingJobStatus: 'InProgress', SecondaryStatus: 'Training' });
    expect(await metricsOf(() => handler(running, localContext('trainingJob')))).toEqual({});
  });

  it('count the warning of a cap once, when the schedule of the next check fails and the job is checked again', async () => {
    aws().sageMaker.put(cappedJob());
    plan({ operation: 'CreateSchedule', kind: 'error' }, 3);
    const warned = await metricsOf(() => expect(check(JOB, minutesIn(30))).rejects.toThrow());
    expect(warned).toMatchObject({ 'Alerts family=training-job': 1 });
    expect(await metricsOf(() => check(JOB, minutesIn(30)))).toEqual({});
    expect(subjects()).toEqual(['BUDGET 50 %: training job churn [vision]']);
  });

  it('do not count an alert that was given up', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
    const failed = trainingEvent();
    plan({ operation: 'Publish', kind: 'lost' }, 12);
    const counted = await metricsOf(async () => {
      for (let attempt = 0; attempt < 5; attempt++) {
        await handler(failed, localContext('trainingJob')).catch(() => undefined);
        vi.setSystemTime(Date.now() + 60_000);
      }
    });
    expect(counted).toEqual({});
    const given = aws()
      .messages.map(({ body }) => body)
      .join();
    expect(given).toContain('AlertNotConfirmed');
  });
});
