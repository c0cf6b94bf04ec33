/** The command that lets alerts about some resources wait, and what becomes of these alerts. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { auditIn } from '../../adapters/dynamodb/audit.ts';
import { localContext } from '../../local/play/context.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import { subjectsOf } from '../support/deliveries.ts';
import { ROOT, trainingEvent } from '../support/events.ts';
import { useLocalAws } from '../support/local-aws.ts';

const ADDRESS = 'all@example.com';
const aws = useLocalAws(Configuration.parse({ subscribers: [{ email: ADDRESS }] }));
const MINUTE = 60_000;

beforeEach(async () => {
  await aws().emptyTable();
  aws().scheduler.schedules.clear();
  aws().take('digest');
});
afterEach(() => void vi.useRealTimers());

interface Run {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}
const run = (...args: string[]): Promise<Run> =>
  promisify(execFile)(process.execPath, ['commands/snooze.ts', '--region', 'us-east-1', ...args], {
    cwd: ROOT,
    env: process.env,
  }).then(
    ({ stdout, stderr }) => ({ stdout, stderr, code: 0 }),
    ({ stdout, stderr, code }: Run) => ({ stdout, stderr, code }),
  );
const snooze = (...args: string[]) => run('--stage', 'local', ...args);

const fail = async (name: string) => {
  const TrainingJobArn = `arn:aws:sagemaker:eu-west-1:123456789012:training-job/${name}`;
  vi.resetModules();
  const { handler } = await import('../../functions/training-job.ts');
  await handler(trainingEvent({ TrainingJobName: name, TrainingJobArn }), localContext('trainingJob'));
};
const got = () => subjectsOf(ADDRESS, aws().publications);

describe('npm run snooze', () => {
  it('lets alerts wait until its end, lists itself and is in the audit', async () => {
    expect((await snooze('churn-*', '4h')).stdout).toMatch(/^churn-\*\n {3}until .*Z \(4 h left\), set .*Z\n$/);
    await fail('churn-1');
    await fail('other-1');
    expect(got()).toEqual(['FAILED: training job other-1']);
    const { handler: digest } = await import('../../functions/digest.ts');
    for (const body of aws().take('digest')) await digest({ Records: [{ body }] }, localContext('digest', 50));
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 4 * 60 * MINUTE + 2 * MINUTE });
    const due = aws().scheduler.take(new Date());
    for (const { input } of due) await digest(JSON.parse(input), localContext('digest', 50));
    expect(got()).toEqual(['FAILED: training job other-1', 'FAILED: training job churn-1']);
    vi.useRealTimers();
    const today = await Array.fromAsync(
      auditIn('ground-control-local-state', 1).ofDay(new Date().toISOString().slice(0, 10)),
    );
    expect(today.filter(({ action }) => action === 'snooze')).toEqual([
      expect.objectContaining({
        resource: 'snooze|snooze/churn-*',
        result: expect.stringMatching(/^alerts wait until /),
      }),
    ]);
  });

  it('ends with off, and says when there is none', async () => {
    await snooze('churn-*', '4h');
    expect((await snooze('CHURN-*', 'off')).stdout).toBe('no snoozes: all alerts are sent when they are due\n');
    await fail('churn-1');
    expect(got()).toEqual(['FAILED: training job churn-1']);
    expect(await snooze('churn-*', 'off')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is no snooze'),
    });
    expect((await snooze()).stdout).toBe('no snoozes: all alerts are sent when they are due\n');
  });

  it('keeps what several people set at the same time', async () => {
    await Promise.all(['one-*', 'two-*', 'three-*'].map((pattern) => snooze(pattern, '1h')));
    expect((await snooze()).stdout.match(/-\*/g)).toHaveLength(3);
  });

  it.each([
    [['*', '4h'], 'would match too much'],
    [['ab*', '4h'], 'would match too much'],
    [['churn-*', '4'], 'is not a length from 5m to 7d'],
    [['churn-*', '8d'], 'is not a length from 5m to 7d'],
    [['churn-*', '4m'], 'is not a length from 5m to 7d'],
    [['churn-*'], 'the length is missing'],
    [['churn-1', 'churn-2', '4h'], 'one word too many'],
    [['a b c', '4h'], 'is not an ARN or a name'],
  ])('refuses %j', async (args, why) => {
    expect(await snooze(...args)).toMatchObject({ code: 2, stderr: expect.stringContaining(why) });
  });

  it('refuses a stage that is not deployed', async () => {
    const { code, stderr } = await run('--stage', 'nowhere');
    expect([code, stderr]).toEqual([2, expect.stringContaining('is stage "nowhere" deployed there')]);
  });
});
