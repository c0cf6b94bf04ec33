/** Parts of pipeline executions and tuning jobs are told in the alert about the end of these, from events to messages. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pendingOf } from '../../../domain/delivery/pending.ts';
import { needsNobody } from '../../../domain/delivery/turn.ts';
import { playerOf } from '../../../local/play/play.ts';
import { emptyQueues } from '../../../local/play/queues.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import { AlertMessage } from '../../../schemas/message/alert.ts';
import { DigestMessage } from '../../../schemas/message/digest.ts';
import { subjectsOf } from '../../support/deliveries.ts';
import { useLocalAws } from '../../support/local-aws.ts';
import { execution, inStep, NO_MODULE, OOM, step, TUNING, training, tuning } from '../../support/pipeline-events.ts';

const ALL = 'all@example.com';
/** Hears of failed training jobs, and of no pipeline. */
const JOBS = 'jobs@example.com';
const ERRORS = 'errors@example.com';
const aws = useLocalAws(
  Configuration.parse({
    subscribers: [
      { email: ALL },
      { email: JOBS, families: ['training-job'] },
      { email: ERRORS, severities: ['error'] },
    ],
    budgets: { prices: { 'eu-west-1': { Training: { 'ml.m5.large': 2 }, Processing: { 'ml.m5.large': 1 } } } },
    alerts: { pipeline: ['completed', 'failed'], 'tuning-job': ['completed', 'failed'] },
  }),
);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.parse('2026-11-20T10:00:00Z');

async function reset(): Promise<void> {
  vi.setSystemTime(NOW);
  await aws().emptyTable();
  aws().sageMaker.resources.clear();
  aws().scheduler.schedules.clear();
  told.length = 0;
}
beforeEach(async () => {
  // Only the date: clients need real timers.
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
  await reset();
});
afterEach(() => void vi.useRealTimers());

/** All that was published, the earliest first. */
const told: { readonly subject: string; readonly mail: string; readonly body: unknown; readonly to: string[] }[] = [];
function note(): void {
  for (const one of aws().publications)
    told.push({
      subject: one.subject ?? '',
      mail: one.bodies.get('email') ?? '',
      body: JSON.parse(one.bodies.get('default') ?? ''),
      to: [ALL, JOBS, ERRORS].filter((address) => subjectsOf(address, [one]).length > 0),
    });
  aws().clear();
}
const subjectsTo = (address: string) => told.filter(({ to }) => to.includes(address)).map(({ subject }) => subject);
const alertTo = (address: string) => AlertMessage.parse(told.findLast(({ to }) => to.includes(address))?.body);
const digestTo = (address: string) => DigestMessage.parse(told.findLast(({ to }) => to.includes(address))?.body);

async function play(event: unknown): Promise<void> {
  aws().clear();
  await playerOf(aws(), 'history')(event);
  note();
}

/** Moves the clock, and fires the schedules that are due by then. */
async function workUntil(instant: number): Promise<void> {
  for (const { at, input } of aws().scheduler.take(new Date(instant))) {
    vi.setSystemTime(at);
    aws().clear();
    aws().send('digest', input);
    await emptyQueues(aws());
    note();
  }
  vi.setSystemTime(instant);
}

const trial = (number: number, more: Parameters<typeof training>[1] = {}) =>
  training(`churn-hpo-${number}`, { tuningJob: TUNING, ...more });

describe('a pipeline execution', () => {
  it('whose step fails sends one alert, with the step, its job, the cause and the cost', async () => {
    await play(training(inStep('Prepare'), { status: 'Completed' }));
    await play(step('Prepare', 'Succeeded', inStep('Prepare')));
    await play(training(inStep('Train')));
    await play(step('Train', 'Failed', inStep('Train'), OOM));
    expect([subjectsTo(ALL), subjectsTo(ERRORS)]).toEqual([[], []]);
    await play(execution('Failed'));
    expect(subjectsTo(ALL)).toEqual(['FAILED: pipeline churn-weekly']);
    expect(subjectsTo(ERRORS)).toEqual(['FAILED: pipeline churn-weekly']);
    expect(alertTo(ALL).parts).toEqual({
      ended: 2,
      failed: [
        { count: 1, outcome: 'failed', type: 'training-job', causeCode: 'gpu-memory', names: [inStep('Train')] },
      ],
      usd: 4,
    });
    const mail = told.findLast(({ to }) => to.includes(ALL))?.mail ?? '';
    expect(mail).toContain('PARTS\n  2 ended: 1 completed, 1 failed.\n');
    expect(mail).toContain('about $4.00 for 2 jobs');
  });

  it('tells groups that hear of no pipeline about its failed job when it ends, and not before', async () => {
    await play(training(inStep('Train')));
    expect(subjectsTo(JOBS)).toEqual([]);
    await play(execution('Failed'));
    await workUntil(NOW + 5 * MINUTE);
    expect(subjectsTo(JOBS)).toEqual([expect.stringMatching(/^FAILED: training job pipelines-p4jn/)]);
    expect(digestTo(JOBS)).toMatchObject({ kind: 'parent', counts: { total: 1 } });
    expect(told.findLast(({ to }) => to.includes(JOBS))?.mail).toContain('The pipeline churn-weekly has ended');
  });

  it('that succeeds although a job failed tells those who hear of failures alone', async () => {
    await play(training(inStep('Train')));
    await play(execution('Succeeded'));
    await workUntil(NOW + 5 * MINUTE);
    expect(subjectsTo(ALL)).toEqual(['COMPLETED: pipeline churn-weekly']);
    expect(subjectsTo(ERRORS)).toEqual([expect.stringMatching(/^FAILED: training job/)]);
  });

  it('whose end is no alert lets people hear of its parts', async () => {
    await play(training(inStep('Train')));
    await play(execution('Stopped'));
    await workUntil(NOW + 5 * MINUTE);
    expect(subjectsTo(ALL)).toEqual([expect.stringMatching(/^FAILED: training job/)]);
  });

  it('knows a job with a name of its own by the step that runs it', async () => {
    await play(step('Train', 'Executing', 'nightly-train'));
    await play(training('nightly-train'));
    expect(subjectsTo(ALL)).toEqual([]);
    await play(execution('Failed'));
    expect(alertTo(ALL).parts).toMatchObject({ ended: 1, failed: [{ names: ['nightly-train'] }] });
  });

  it('that never ends swallows nothing: a day after its last part ended, people hear of them', async () => {
    await play(training(inStep('Train')));
    await workUntil(NOW + 20 * HOUR);
    await play(training(inStep('Test')));
    await workUntil(NOW + 43 * HOUR);
    expect(subjectsTo(ALL)).toEqual([]);
    await workUntil(NOW + 44 * HOUR + 2 * MINUTE);
    expect(subjectsTo(ALL)).toEqual([expect.stringMatching(/^PARTS: 2 x FAILED/)]);
    expect(told.at(-1)?.mail).toContain('Ground Control has not seen the pipeline execution p4jn9xou8a8s end');
  });

  it('does not swallow a part that ends after its alert', async () => {
    await play(execution('Failed'));
    await play(training(inStep('Late')));
    expect(subjectsTo(ALL)).toEqual(['FAILED: pipeline churn-weekly', expect.stringMatching(/^FAILED: training job/)]);
  });

  it('is told once, although its event comes twice', async () => {
    const ended = execution('Failed');
    await play(training(inStep('Train')));
    await play(ended);
    await play(ended);
    await workUntil(NOW + 48 * HOUR);
    expect(subjectsTo(ALL)).toEqual(['FAILED: pipeline churn-weekly']);
    expect(subjectsTo(JOBS)).toEqual([expect.stringMatching(/^FAILED: training job/)]);
  });
});

describe('an execution that is retried', () => {
  it('has the cause and the parts of its last run', async () => {
    await play(training(inStep('Train')));
    vi.setSystemTime(NOW + MINUTE);
    await play(execution('Failed'));
    vi.setSystemTime(NOW + 10 * MINUTE);
    await play(execution('Executing'));
    await play(training(inStep('Again'), { reason: NO_MODULE }));
    vi.setSystemTime(NOW + 20 * MINUTE);
    await play(execution('Failed'));
    const { cause, parts } = alertTo(ALL);
    expect([cause?.code, parts?.ended]).toEqual(['missing-module', 1]);
  });
});

describe('many executions that end at once', () => {
  it('are a storm also for those who hear of their jobs alone', async () => {
    const ids = Array.from({ length: 9 }, (_, at) => `storm000000${at}`);
    const renamed = (event: unknown, id: string) => JSON.parse(JSON.stringify(event).replaceAll('p4jn9xou8a8s', id));
    for (const id of ids) await play(renamed(training(inStep('Train')), id));
    for (const id of ids) await play(renamed(execution('Failed'), id));
    await workUntil(NOW + 2 * MINUTE);
    expect(subjectsTo(JOBS)).toHaveLength(5);
    await workUntil(NOW + 7 * MINUTE);
    expect(new Set(subjectsTo(JOBS)).size).toBe(9);
  });
});

describe('the parts of an execution', () => {
  it('are in digests and in what is told after quiet hours, and a digest is not for failures', async () => {
    await play(training(inStep('Train')));
    await play(execution('Succeeded'));
    const message = alertTo(ALL);
    expect(needsNobody(message)).toBe(false);
    const pending = pendingOf({ id: 'x', subject: 'x', message }, new Date(NOW));
    expect(pending.parts).toBe(`1 part ended. 1 x failed (gpu memory): training job ${inStep('Train')}`);
  });

  it('are told once, in whatever order the events come, and however often', async () => {
    const job = inStep('Train');
    const events = () => ({ job: training(job), step: step('Train', 'Failed', job, OOM), end: execution('Failed') });
    const order = fc.shuffledSubarray(['job', 'job', 'step', 'step', 'end', 'end'] as const, { minLength: 6 });
    await fc.assert(
      fc.asyncProperty(order, async (names) => {
        await reset();
        const all = events();
        for (const name of names) await play(all[name]);
        await workUntil(NOW + 50 * HOUR);
        const parents = told.filter(({ subject, to }) => subject.includes('pipeline churn-weekly') && to.includes(ALL));
        const inParent = parents.flatMap(({ body }) => AlertMessage.parse(body).parts?.failed ?? []);
        const namesTold = inParent.flatMap(({ names: some }) => some);
        const alone = subjectsTo(ALL).filter((subject) => subject === `FAILED: training job ${job}`);
        expect([names, parents.length, subjectsTo(JOBS)]).toEqual([names, 1, [`FAILED: training job ${job}`]]);
        expect([names, alone.length + (namesTold.includes(job) ? 1 : 0)]).toEqual([names, 1]);
      }),
      { numRuns: 15 },
    );
  }, 60_000);
});

describe('a tuning job', () => {
  it('tells what became of its training jobs', async () => {
    for (let number = 1; number <= 4; number++) await play(trial(number, { status: 'Completed' }));
    await play(trial(5));
    await play(trial(6, { reason: NO_MODULE }));
    expect(told).toEqual([]);
    await play(tuning('Completed', 4, 2));
    expect(subjectsTo(ALL)).toEqual(['COMPLETED: tuning job churn-hpo']);
    expect(alertTo(ALL).parts).toMatchObject({
      ended: 6,
      failed: [
        { count: 1, causeCode: 'gpu-memory', names: ['churn-hpo-5'] },
        { count: 1, causeCode: 'missing-module', names: ['churn-hpo-6'] },
      ],
    });
    // A few failed training jobs of a tuning job that completed need nobody.
    await workUntil(NOW + 48 * HOUR);
    expect([subjectsTo(ERRORS), subjectsTo(JOBS)]).toEqual([[], []]);
  });

  it('is recognised by its ARN, however SageMaker spells it', async () => {
    await play(trial(1, { tuningJob: `${TUNING.slice(0, -9)}Churn-HPO` }));
    await play(tuning('Failed', 0, 1));
    expect(alertTo(ALL).parts).toMatchObject({ ended: 1 });
  });

  it('that nobody watches lets people hear of its training jobs when it ends', async () => {
    await play(trial(1));
    await play(tuning('Stopped', 0, 1));
    await workUntil(NOW + 5 * MINUTE);
    expect(subjectsTo(ALL)).toEqual(['FAILED: training job churn-hpo-1']);
  });

  it('that is lost lets people hear of its training jobs a day later', async () => {
    await play(trial(1));
    await workUntil(NOW + 23 * HOUR);
    expect(told).toEqual([]);
    await workUntil(NOW + 25 * HOUR);
    expect(subjectsTo(JOBS)).toEqual(['FAILED: training job churn-hpo-1']);
  });

  it('warns once, when three training jobs and half of all failed with one cause', async () => {
    await play(trial(1, { status: 'Completed' }));
    await play(trial(2, { reason: NO_MODULE }));
    await play(trial(3));
    await play(trial(4));
    expect(told).toEqual([]);
    await play(trial(5));
    await play(trial(6));
    expect(subjectsTo(ALL)).toEqual(['EARLY WARNING: tuning job churn-hpo']);
    expect(alertTo(ALL)).toMatchObject({ severity: 'error', outcome: 'degraded', cause: { code: 'gpu-memory' } });
    expect(alertTo(ALL).headline).toContain('3 of 5 parts of tuning job churn-hpo that have ended failed');
    await play(tuning('Failed', 1, 5));
    expect(subjectsTo(ALL)).toEqual(['EARLY WARNING: tuning job churn-hpo', 'FAILED: tuning job churn-hpo']);
  });

  it('does not warn of failures with different causes, or of fewer than half', async () => {
    for (let number = 1; number <= 4; number++) await play(trial(number, { status: 'Completed' }));
    for (let number = 5; number <= 7; number++) await play(trial(number));
    expect(told).toEqual([]);
  });
});
