import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../local/embedded-aws/server.ts';
import { ROOT } from '../support/events.ts';
import { useLocalAws } from '../support/local-aws.ts';
import { arnOf, DAY, HOUR, job, NOW } from '../support/past-jobs.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

let fault: (operation: string) => Fault | undefined | Promise<Fault | undefined> = () => undefined;
const aws = useLocalAws(undefined, ({ operation }) => fault(operation));
const { folder, fileWith } = useTemporaryFolder();
const policy = fileWith(
  'policy.yml',
  'budgets: { mode: enforce, caps: { training-job: 3.03 }, monthly: { project: { churn: 1000 } } }\n',
);
let runs = 0;
beforeEach(() => {
  runs++;
  fault = () => undefined;
});
afterEach(() => aws().sageMaker.resources.clear());

/** Runs the real command against the embedded AWS, with a cache of its own for each test. */
async function run(args: readonly string[], environment: NodeJS.ProcessEnv = {}, act?: (child: ChildProcess) => void) {
  const child = spawn(process.execPath, args.map(String), {
    cwd: ROOT,
    env: { ...process.env, GROUND_CONTROL_CACHE: join(folder, `cache-${runs}`), ...environment },
  });
  act?.(child);
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { status, stdout, lines: stderr.trimEnd().split('\n') };
}
const backtest = (...args: readonly string[]) => run(['commands/backtest.ts', ...args]);
const recordsIn = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

const churn = { owner: 'maria', team: 'vision', project: 'churn' };
function putJobs() {
  const TuningJobArn = arnOf('tuning-job', 'tune');
  const jobs = [
    job('training-job', 'over', { startedAgo: 2 * DAY, endedAgo: 2 * DAY - 4 * HOUR, tags: churn }),
    job('training-job', 'broken', { status: 'Failed', startedAgo: 2 * DAY, endedAgo: 2 * DAY - HOUR, tags: churn }),
    job('tuning-job', 'tune', { startedAgo: 3 * DAY, endedAgo: DAY, tags: { owner: 'li' } }),
    job('training-job', 'tune-1', {
      status: 'Failed',
      startedAgo: 3 * DAY,
      detail: { TuningJobArn },
      endedAgo: 2 * DAY,
    }),
    job('processing-job', 'features', { startedAgo: DAY, endedAgo: DAY - HOUR }),
  ];
  for (const one of jobs) aws().sageMaker.put(one);
}

describe('backtest --days', () => {
  it('says what each job cost, what failures wasted, and what the policy would have stopped', async () => {
    putJobs();
    const { status, stdout, lines } = await backtest('--days', '7', '--config', policy, '--json');
    expect([status, lines]).toEqual([0, ['backtest: region us-east-1 (AWS_REGION)']]);
    const records = recordsIn(stdout);
    const jobs = records.filter(({ kind }) => kind === 'job');
    expect(
      jobs.map(({ job, costUsd, wastedUsd, savedUsd, owner }) => [job, costUsd, wastedUsd, savedUsd, owner]),
    ).toEqual([
      ['broken', 1.515, 1.515, 0, 'maria'],
      ['over', 6.06, 0, 3.03, 'maria'],
      ['tune', 36.36, 36.36, 0, 'li'],
      ['features', 1.515, 0, 0, 'unknown'],
    ]);
    const groups = records.filter(({ kind, by }) => kind === 'group' && by === 'team');
    expect(groups).toMatchObject([
      { name: 'unknown', jobs: 2, costUsd: 37.875, wastedUsd: 36.36, stopped: 0, savedUsd: 0 },
      { name: 'vision', jobs: 2, costUsd: 7.575, wastedUsd: 1.515, stopped: 1, savedUsd: 3.03 },
    ]);
    expect(records.at(-1)).toMatchObject({ kind: 'total', jobs: 4, costUsd: 45.45, wastedUsd: 37.875, savedUsd: 3.03 });
    expect(records.at(-1).notes).toHaveLength(5);
  });

  it('is good to read', async () => {
    putJobs();
    const { stdout } = await backtest('--days', '7', '--config', policy);
    const cut = (at: Date) => `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
    const stopped = cut(new Date(NOW.getTime() - 2 * DAY + 2 * HOUR));
    expect(stdout).toContain(
      [
        '        cost      wasted       saved  job',
        '      $36.36      $36.36           -  tuning-job tune',
        '       $6.06           -       $3.03  training-job over',
        `    stopped at ${stopped} for the cap of ground-control.yml; warnings at 50 % and 80 %; cap $3.03`,
        '       $1.52       $1.52           -  training-job broken',
        '      ~$1.52           -           -  processing-job features',
        '',
        '        cost      wasted       saved    jobs  owner',
        '      $36.36      $36.36           -       1  li',
        '       $7.58       $1.52       $3.03       2  maria',
        '      ~$1.52           -           -       1  unknown',
      ].join('\n'),
    );
    expect(stdout).toContain(
      [
        'Total',
        '  4 jobs cost about $45.45',
        '  1 job failed; about $37.88 was wasted on failures',
        '  this policy would have warned about 1 job, stopped 1 and saved about $3.03',
      ].join('\n'),
    );
    expect(stdout).toContain(
      '\nWhat these numbers cannot show\n  - Costs are estimates from on-demand prices of 2026-09-25',
    );
    expect(stdout).toContain('Tags are those of today.');
  });

  it('saves events that backtest and replay read, without calls', async () => {
    putJobs();
    const saved = join(folder, 'saved');
    const live = await backtest('--days', '7', '--config', policy, '--csv', '--save', saved);
    const [file = ''] = readdirSync(saved);
    expect([live.status, file, live.lines[1]]).toEqual([
      0,
      'jobs-123456789012-us-east-1.jsonl',
      `backtest: 5 events saved in ${join(saved, file)}`,
    ]);
    aws().clear();
    const again = await backtest('--config', policy, '--csv', saved);
    expect([again.status, again.stdout, aws().calls]).toEqual([0, live.stdout, []]);
    const replayed = await run(['commands/replay.ts', '--json', '--config', policy, saved]);
    expect([replayed.status, replayed.lines]).toEqual([0, ['']]);
    expect(recordsIn(replayed.stdout)).toHaveLength(5);
  });

  it('ends on Ctrl-C, and continues there the next time', async () => {
    for (let at = 0; at < 6; at++) aws().sageMaker.put(job('training-job', `job-${at}`, { endedAgo: DAY }));
    let described = 0;
    let child: ChildProcess | undefined;
    fault = async (operation) => {
      if (operation === 'ListTags' && ++described === 4) child?.kill('SIGINT');
      return described >= 4 ? { kind: 'slow', milliseconds: 60_000 } : undefined;
    };
    const first = await run(['commands/backtest.ts', '--days', '7'], {}, (started) => {
      child = started;
    });
    expect([first.status, first.stdout, first.lines.at(-1)]).toEqual([
      130,
      '',
      'backtest: interrupted: what was read is kept, and the same command continues there',
    ]);
    fault = () => undefined;
    aws().clear();
    expect((await backtest('--days', '7')).status).toBe(0);
    expect(aws().calls.filter(({ operation }) => operation === 'DescribeTrainingJob').length).toBeLessThanOrEqual(3);
  });

  it('says what to do when SageMaker refuses', async () => {
    putJobs();
    fault = (operation) => (operation === 'DescribeProcessingJob' ? { kind: 'error' } : undefined);
    const { status, stdout, lines } = await backtest('--days', '7');
    expect([status, stdout]).toEqual([1, '']);
    expect(lines.slice(1)).toEqual([
      expect.stringMatching(/^backtest: \d of 5 jobs had been read; the same command continues there$/),
      'backtest: InternalFailure: We encountered an internal error.',
    ]);
  });

  it('asks the Price List for each price once, and says once that it does not answer', async () => {
    putJobs();
    aws().sageMaker.put(job('transform-job', 'scores', {}));
    const answered = await backtest('--days', '7', '--ask-prices', '--json');
    expect(aws().calls.filter(({ operation }) => operation === 'GetProducts')).toHaveLength(3);
    expect([answered.status, recordsIn(answered.stdout).at(-1)]).toMatchObject([0, { isApproximate: false }]);
    fault = (operation) => (operation === 'GetProducts' ? { kind: 'error' } : undefined);
    const { status, lines } = await backtest('--days', '7', '--ask-prices');
    expect([status, lines.slice(1)]).toEqual([
      1,
      [
        'backtest: the price of ml.g5.2xlarge (Training, us-east-1) could not be updated from the Price List: ' +
          'InternalFailure: We encountered an internal error.',
        'backtest: 2 more prices could not be read either',
      ],
    ]);
  });

  it('asks about the region when it finds no job', async () => {
    const { status, stdout } = await backtest('--days', '1', '--region', 'eu-west-1');
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^0 jobs in eu-west-1 that ran between/)]);
    expect(stdout).toContain('Is this the right region? Give another one with --region.');
  });

  it('needs credentials, and says so once', async () => {
    const none = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };
    const { status, stdout, lines } = await run(['commands/backtest.ts', '--days', '7'], none);
    expect([status, stdout, lines.slice(1)]).toEqual([
      1,
      '',
      [expect.stringMatching(/^backtest: .*Log in to AWS, or set AWS_PROFILE to a profile that exists$/)],
    ]);
  });

  it('names the folder that it cannot make, before it reads anything', async () => {
    const file = fileWith('not-a-folder', '');
    const { status, lines } = await backtest('--days', '7', '--save', file);
    expect([status, lines[1]]).toEqual([
      2,
      expect.stringContaining(`backtest: --save ${file}: cannot be made (EEXIST`),
    ]);
    expect(aws().calls).toEqual([]);
  });

  it('writes nothing into the repository', () => {
    expect(readFileSync(join(ROOT, '.gitignore'), 'utf8')).toContain('\n.backtest/\n');
  });
});
