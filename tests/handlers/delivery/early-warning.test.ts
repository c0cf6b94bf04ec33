/** The early warning about parts that fail with one cause is an alert like others: it waits, and it is sent once. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Call } from '../../../local/embedded-aws/protocol.ts';
import type { Fault } from '../../../local/embedded-aws/server.ts';
import { localContext } from '../../../local/play/context.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import { subjectsOf } from '../../support/deliveries.ts';
import { useLocalAws } from '../../support/local-aws.ts';
import { inStep, OOM, step, TUNING, training } from '../../support/pipeline-events.ts';
import { quietNow } from '../../support/quiet-now.ts';

const NOW = 'now@example.com';
const QUIET = 'quiet@example.com';
let faultOf: (call: Call) => Fault | undefined = () => undefined;
const aws = useLocalAws(
  Configuration.parse({
    subscribers: [{ email: NOW }, { email: QUIET, quiet: quietNow() }],
    budgets: { prices: { 'eu-west-1': { Training: { 'ml.m5.large': 2 } } } },
  }),
  (call) => faultOf(call),
);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

beforeEach(async () => {
  faultOf = () => undefined;
  vi.useFakeTimers({ toFake: ['Date'] });
  await aws().emptyTable();
  aws().scheduler.schedules.clear();
  aws().take('digest');
});
afterEach(() => void vi.useRealTimers());

const digest = async (body: string) =>
  (await import('../../../functions/digest.ts')).handler({ Records: [{ body }] }, localContext('digest', 50));
const got = (address: string) => subjectsOf(address, aws().publications);
const WARNING = 'EARLY WARNING: tuning job churn-hpo';

/** Lets three training jobs fail. Returns the messages about it. */
async function failThree(): Promise<string[]> {
  const { handler } = await import('../../../functions/training-job.ts');
  for (const number of [1, 2, 3])
    await handler(training(`churn-hpo-${number}`, { tuningJob: TUNING }), localContext('trainingJob', 30));
  return aws()
    .take('digest')
    .filter((body) => body.includes('failed-parts'));
}

describe('an early warning', () => {
  it('comes at once, waits for a group in quiet hours, and is not sent again for the same failures', async () => {
    for (const body of await failThree()) await digest(body);
    expect([got(NOW), got(QUIET)]).toEqual([[WARNING], []]);
    for (const body of aws().take('digest')) await digest(body);
    for (const { at, input } of aws().scheduler.take(new Date(Date.now() + DAY))) {
      vi.setSystemTime(at);
      await digest(input);
    }
    expect([got(NOW), got(QUIET)]).toEqual([[WARNING], [WARNING]]);
  });

  it.each(['before', 'after'])('names the pipeline when the steps come %s their jobs', async (order) => {
    const functions = {
      step: await import('../../../functions/pipeline.ts'),
      job: await import('../../../functions/training-job.ts'),
    };
    for (const name of ['A', 'B', 'C']) {
      const job = inStep(name);
      const tell = [
        () => functions.step.handler(step(name, 'Failed', job, OOM), localContext('pipeline', 30)),
        () => functions.job.handler(training(job), localContext('trainingJob', 30)),
      ];
      for (const one of order === 'before' ? tell : tell.toReversed()) await one();
    }
    for (const body of aws().take('digest')) if (body.includes('failed-parts')) await digest(body);
    expect(got(NOW)).toEqual(['EARLY WARNING: pipeline churn-weekly']);
  });

  it('is sent once, although SNS refused it at first', async () => {
    const [first = '', ...others] = await failThree();
    let refusals = 0;
    faultOf = ({ service }) => (service === 'sns' && refusals++ === 0 ? { kind: 'denied' } : undefined);
    await expect(digest(first)).rejects.toThrow();
    for (const body of [first, ...others]) await digest(body);
    expect([refusals > 1, got(NOW)]).toEqual([true, [WARNING]]);
  });
});
