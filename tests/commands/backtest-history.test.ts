import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { beforeEach, describe, expect, it } from 'vitest';
import { paceCalls } from '../../adapters/sagemaker/pace.ts';
import { jobCacheIn } from '../../commands/backtest/cache.ts';
import { HistoryInterrupted, readHistory } from '../../commands/backtest/history.ts';
import { keptEvent } from '../../commands/backtest/kept-event.ts';
import type { Fault } from '../../local/embedded-aws/server.ts';
import { BUDGETED } from '../../schemas/configuration/budgets.ts';
import { BUDGETED_JOBS } from '../../schemas/event/priced-jobs.ts';
import { eventFiles, readEvent } from '../support/events.ts';
import { useLocalAws } from '../support/local-aws.ts';
import { arnOf, DAY, HOUR, job, NOW } from '../support/past-jobs.ts';
import { IMPATIENT } from '../support/simulated-clock.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

let fault: (operation: string) => Fault | undefined = () => undefined;
const aws = useLocalAws(undefined, ({ operation }) => fault(operation));
const { folder, fileWith } = useTemporaryFolder();
let caches = 0;
beforeEach(() => {
  aws().sageMaker.resources.clear();
  fault = () => undefined;
  caches++;
});

const quiet = { show: () => undefined, jobs: () => undefined, clear: () => undefined };
/** Reads the history like the command, but does not wait. Each test has a cache of its own. */
function read(days: number, now = NOW) {
  const client = new SageMakerClient({});
  paceCalls(client, IMPATIENT);
  return readHistory(client, {
    days,
    now,
    cache: jobCacheIn(join(folder, `${caches}`), 'us-east-1', now),
    progress: quiet,
  });
}
const namesIn = ({ events }: Awaited<ReturnType<typeof read>>) =>
  events.map(({ resources: [arn = ''] }) => arn.slice(arn.lastIndexOf('/') + 1)).sort();
const calls = (pattern: RegExp) => aws().calls.filter(({ operation }) => pattern.test(operation)).length;
const put = (...jobs: readonly ReturnType<typeof job>[]) => {
  for (const one of jobs) aws().sageMaker.put(one);
};

describe('the history of an account', () => {
  it('has the jobs of all kinds that ran within the days, with their tags', async () => {
    put(
      ...BUDGETED.map((type) => job(type, `recent-${type}`, { endedAgo: 2 * DAY, tags: { team: 'vision' } })),
      job('training-job', 'old', { endedAgo: 9 * DAY }),
    );
    const history = await read(7);
    expect(namesIn(history)).toEqual(BUDGETED.map((type) => `recent-${type}`).sort());
    expect(history.since).toEqual(new Date(NOW.getTime() - 7 * DAY));
    for (const event of history.events) expect(event.detail['Tags']).toEqual([{ Key: 'team', Value: 'vision' }]);
  });

  it('only lists and describes', async () => {
    put(job('training-job', 'one', {}), job('tuning-job', 'two', {}));
    await read(7);
    expect([calls(/^(?:List|Describe)/) > 4, calls(/^(?!List|Describe)/)]).toEqual([true, 0]);
  });

  it('has a job that runs without a change since before the first day, until now', async () => {
    put(job('training-job', 'long', { startedAgo: 20 * DAY, endedAgo: undefined, modifiedAgo: 20 * DAY }));
    const [event] = (await read(7)).events;
    expect([event?.resources, event?.time]).toEqual([[arnOf('training-job', 'long')], NOW.toISOString()]);
  });

  it('has all training jobs of its tuning jobs, also those that ended before the first day', async () => {
    const TuningJobArn = arnOf('tuning-job', 'tune');
    put(
      job('tuning-job', 'tune', { startedAgo: 10 * DAY, endedAgo: DAY }),
      job('training-job', 'tune-1', { startedAgo: 10 * DAY, endedAgo: 9 * DAY, detail: { TuningJobArn } }),
      job('training-job', 'tune-2', { startedAgo: 2 * DAY, endedAgo: DAY, detail: { TuningJobArn } }),
      job('training-job', 'other', { startedAgo: 10 * DAY, endedAgo: 9 * DAY }),
    );
    expect(namesIn(await read(7))).toEqual(['tune', 'tune-1', 'tune-2']);
  });

  it('has the tuning job of a training job that changed later than it', async () => {
    const TuningJobArn = arnOf('tuning-job', 'tune');
    put(
      job('tuning-job', 'tune', { startedAgo: 10 * DAY, endedAgo: 7 * DAY + HOUR }),
      job('training-job', 'tune-1', { startedAgo: 9 * DAY, endedAgo: 8 * DAY, detail: { TuningJobArn } }),
      job('training-job', 'tune-2', { startedAgo: 8 * DAY, endedAgo: 7 * DAY - HOUR, detail: { TuningJobArn } }),
    );
    expect(namesIn(await read(7))).toEqual(['tune', 'tune-1', 'tune-2']);
  });

  it('reads all pages', async () => {
    const all = Array.from({ length: 230 }, (_, at) => job('training-job', `job-${at}`, { endedAgo: DAY }));
    put(...all);
    expect(namesIn(await read(30))).toEqual(all.map(({ name }) => name).sort());
    expect(calls(/^ListTrainingJobs$/)).toBe(3);
  });

  it('is complete also when SageMaker throttles', async () => {
    put(...Array.from({ length: 20 }, (_, at) => job('training-job', `job-${at}`, { endedAgo: DAY })));
    let count = 0;
    fault = () => (++count % 3 === 0 ? { kind: 'throttle' } : undefined);
    expect((await read(7)).events).toHaveLength(20);
  });

  it('says which jobs were deleted meanwhile', async () => {
    put(job('training-job', 'there', {}), job('training-job', 'gone', {}));
    fault = (operation) => {
      if (operation === 'DescribeTrainingJob') aws().sageMaker.resources.delete(arnOf('training-job', 'gone'));
      return undefined;
    };
    const { events, leftOut } = await read(7);
    expect([events.length, leftOut]).toEqual([1, ['1 job was deleted while the history was read']]);
  });
});

describe('the cache of a history', () => {
  const all = Array.from({ length: 30 }, (_, at) => job('training-job', `job-${at}`, { endedAgo: DAY }));

  it('lets an interrupted command continue where it ended', async () => {
    put(...all);
    let described = 0;
    fault = (operation) => (operation === 'DescribeTrainingJob' && ++described > 12 ? { kind: 'error' } : undefined);
    const error = await read(7).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(HistoryInterrupted);
    expect(String(error)).toContain('12 of 30 jobs had been read; the same command continues there');
    fault = () => undefined;
    aws().clear();
    expect((await read(7)).events).toHaveLength(30);
    expect(calls(/^DescribeTrainingJob$/)).toBe(18);
  });

  it('gives the same history again without a description', async () => {
    put(...all, job('tuning-job', 'tune', { endedAgo: DAY }));
    const first = await read(7);
    aws().clear();
    expect(await read(7)).toEqual(first);
    expect(calls(/^Describe|^ListTags/)).toBe(0);
  });

  it('does not keep jobs that may still change: running ones, and those that ended within the hour', async () => {
    put(job('training-job', 'running', { endedAgo: undefined }), job('training-job', 'fresh', { endedAgo: HOUR / 2 }));
    await read(7);
    aws().clear();
    await read(7);
    expect(calls(/^DescribeTrainingJob$/)).toBe(2);
  });

  it('is read again after a day, because tags may change', async () => {
    put(job('training-job', 'one', { endedAgo: 2 * HOUR }));
    await read(7);
    aws().clear();
    await read(7, new Date(NOW.getTime() + DAY - 1));
    expect(calls(/^DescribeTrainingJob$/)).toBe(0);
    await read(7, new Date(NOW.getTime() + DAY));
    expect(calls(/^DescribeTrainingJob$/)).toBe(1);
  });

  it('survives a line that a killed process left unfinished, and only the user may read it', async () => {
    const path = fileWith(`${caches}/us-east-1.jsonl`, '{"key":"x","rea');
    put(job('training-job', 'one', { endedAgo: DAY }));
    await read(7);
    aws().clear();
    await read(7);
    expect([calls(/^DescribeTrainingJob$/), statSync(path).mode & 0o077]).toEqual([0, 0]);
    expect(readdirSync(join(folder, `${caches}`))).toEqual(['us-east-1.jsonl']);
  });

  it('does not take a job for a deleted one of the same name', async () => {
    put(job('training-job', 'one', { startedAgo: 3 * DAY, endedAgo: 2 * DAY }));
    await read(7);
    aws().clear();
    put(job('training-job', 'one', { startedAgo: 2 * DAY, endedAgo: DAY }));
    const [event] = (await read(7)).events;
    expect(event?.detail['TrainingEndTime']).toBe(new Date(NOW.getTime() - DAY).toISOString());
  });

  it('holds no hyperparameters, environment or input data', async () => {
    put(
      job('training-job', 'one', {
        endedAgo: DAY,
        detail: {
          ...readEvent('events/training-job/failed.json').detail,
          TrainingJobName: 'one',
          TrainingJobArn: arnOf('training-job', 'one'),
          CreationTime: 1,
          LastModifiedTime: 2,
          TrainingStartTime: 1,
          TrainingEndTime: 2,
        },
      }),
    );
    await read(7);
    const kept = readFileSync(join(folder, `${caches}`, 'us-east-1.jsonl'), 'utf8');
    expect(kept).toContain('CUDA out of memory');
    expect(kept).not.toMatch(/CANARY|HyperParameters|Environment|InputDataConfig|OutputDataConfig|RoleArn|s3:/);
  });
});

describe('what is kept of an event', () => {
  const cases = BUDGETED.flatMap((type) =>
    eventFiles(`events/${type}/*.json`).map((path): [string, (typeof BUDGETED)[number]] => [path, type]),
  );

  it.each(cases)('reads like the whole event: %s', (path, type) => {
    const event = readEvent(path);
    const kept = keptEvent(type, event);
    const { rawReason: _, event: envelope, ...change } = BUDGETED_JOBS[type].parse(event);
    const {
      rawReason: _hidden,
      event: keptEnvelope,
      ...same
    } = BUDGETED_JOBS[type].parse(
      JSON.parse(JSON.stringify({ ...kept, detail: { ...kept.detail, Tags: event.detail.Tags } })),
    );
    // Where the result of a job is, and how good it is, does not matter to a budget.
    const details = change.details.filter(({ label }) => label !== 'Model artifacts' && label !== 'Final metrics');
    expect(same).toEqual({ ...change, outputS3Uri: undefined, details });
    expect({ ...keptEnvelope, id: envelope.id }).toEqual(envelope);
    expect(JSON.stringify(kept)).not.toContain('CANARY');
  });
});
