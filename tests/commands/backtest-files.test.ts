import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { standInPrices } from '../../commands/backtest/prices.ts';
import { csvLines } from '../../commands/backtest/records.ts';
import { reportOn } from '../../commands/backtest/report.ts';
import { showReport } from '../../commands/backtest/show.ts';
import { progressOn } from '../../commands/shared/progress.ts';
import { pastOf } from '../../local/backtest/past-jobs.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import { BARE } from '../support/bare-environment.ts';
import { ROOT, trainingEvent } from '../support/events.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

const { folder, fileWith } = useTemporaryFolder();
const START = Date.parse('2026-11-20T00:00:00Z');
const HOUR = 3_600_000;

/** Runs the command without any AWS configuration. */
function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['commands/backtest.ts', ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env: {
      ...BARE,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  });
  return { status, stdout, stderr };
}

/** The event of a job on one `ml.g5.2xlarge` that ran for two hours. */
const eventOf = (name: string, detail: object = {}, region = 'us-east-1') =>
  trainingEvent(
    {
      TrainingJobName: name,
      TrainingJobArn: `arn:aws:sagemaker:${region}:123456789012:training-job/${name}`,
      TrainingJobStatus: 'Completed',
      SecondaryStatus: 'Completed',
      CreationTime: START,
      TrainingStartTime: START,
      TrainingEndTime: START + 2 * HOUR,
      ResourceConfig: { InstanceType: 'ml.g5.2xlarge', InstanceCount: 1 },
      ...detail,
    },
    { region, resources: [`arn:aws:sagemaker:${region}:123456789012:training-job/${name}`] },
  );

async function reportOf(events: readonly object[], configuration: object = {}) {
  const policy = Configuration.parse(configuration);
  const past = pastOf({ sources: events.map((event) => ({ file: 'x', event })), unreadable: [] });
  const report = await reportOn(past, policy, standInPrices(policy.budgets.prices));
  const show = (width?: number) =>
    showReport(report, { configuration: policy, width, title: 'title', notes: ['a note'], hints: [] });
  return { report, show };
}

describe('backtest without an AWS account', () => {
  it("judges the jobs of the repository's own events", () => {
    const policy = fileWith('policy.yml', 'budgets: { caps: { training-job: 5 } }\n');
    const { status, stdout, stderr } = run('--config', policy, 'events');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^\d+ events, \d+ jobs, until 2026-11-20 03:12:44 UTC\n/);
    expect(stdout).toContain('      ~$9.60      ~$9.60      ~$4.60  training-job churn-vit-20261120-000012\n');
    expect(stdout).toContain('           -           -           -  training-job llm-sft-p5-004\n    it never began\n');
    expect(stdout).toContain('this policy would have warned about 5 jobs, stopped 5 and saved about $22.98\n');
  });

  it('says that a policy without limits stops nothing', () => {
    const { stdout } = run('--config', fileWith('empty.yml', 'chat: off\n'), 'events/training-job');
    expect(stdout).toContain('Next\n  - empty.yml sets no cap and no monthly budget, so it stops nothing.');
  });

  it('says once that --ask-prices needs credentials', () => {
    expect(run('--ask-prices', 'events')).toEqual({
      status: 1,
      stdout: '',
      stderr:
        'backtest: Could not load credentials from any providers. Log in to AWS, or set AWS_PROFILE to a profile that exists\n',
    });
  });

  it('names each mistake of the policy on a line of its own', () => {
    const policy = fileWith('wrong.yml', 'budgets:\n  caps: { training-job: free, tuning: 3 }\n');
    const { status, stdout, stderr } = run('--config', policy, 'events');
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^backtest: wrong.yml:2: budgets.caps.training-job: "free": expected an amount/),
      expect.stringMatching(/^backtest: wrong.yml:2: budgets.caps.tuning: not a known key; allowed here: training-job/),
    ]);
  });

  it.each([
    [[], 'no --days, file, folder or - given'],
    [['--days', '0'], '--days 0 is not a whole number from 1 to 365'],
    [['--days', '1.5'], '--days 1.5 is not a whole number from 1 to 365'],
    [['--days', '7', 'events'], 'give --days or files, not both'],
    [['--region', 'eu-west-1', 'events'], '--region goes with --days'],
    [['--save', 'x', 'events'], '--save goes with --days'],
    [['30'], '--days was given to npm: write it after the "--"'],
    [['--json', '--csv', 'events'], 'give --json or --csv, not both'],
    [['--policy', 'x.yml', '--days', '7'], '--policy is not an option: the name of this option is --config'],
  ])('refuses wrong arguments: %j', (args, what) => {
    const { status, stdout, stderr } = run(...args);
    expect([
      status,
      stdout,
      stderr.startsWith(`backtest: ${what}; usage: npm run --silent backtest -- (--days`),
    ]).toEqual([2, '', true]);
  });

  it('names a path that does not exist', () => {
    expect(run(join(folder, 'nothing'))).toMatchObject({ status: 2, stdout: '' });
  });
});

describe('the report of backtest', () => {
  const TAG = 'ground-control:max-cost-usd';

  it('names a tag that cannot be read in the words of the alert', async () => {
    const { report, show } = await reportOf([eventOf('odd', { Tags: { [TAG]: 'lots' } })]);
    const words =
      `Tag ${TAG} is "lots": expected US dollars from 0.01 to 1000000, such as 25 or 12.50. ` +
      'Until this is corrected, the job has no cap.';
    expect(report.jobs[0]?.verdict.flaws).toEqual([words]);
    expect(show()).toContain(`    ${words}`);
  });

  it('uses the price of us-east-1 where no price is known, marks it, and never for a configured price', async () => {
    const events = [eventOf('near'), eventOf('far', {}, 'eu-west-1')];
    const { show } = await reportOf(events);
    expect(show().slice(2, 5)).toEqual([
      '        cost      wasted       saved  job',
      '       $3.03           -           -  training-job near',
      '      ~$3.03           -           -  training-job far',
    ]);
    expect(show().find((line) => line.startsWith('  ~'))).toBe(
      '  ~ calculated with the price of us-east-1, because no price is known here for ml.g5.2xlarge (Training, eu-west-1); ' +
        '--ask-prices reads it from the AWS Price List',
    );
    const prices = { 'eu-west-1': { Training: { 'ml.g5.2xlarge': 2 } } };
    expect((await reportOf(events, { budgets: { prices } })).show()[3]).toBe(
      '       $4.00           -           -  training-job far',
    );
  });

  it('does not use dollars of us-east-1 in China', async () => {
    const { report } = await reportOf([eventOf('cn', {}, 'cn-north-1')]);
    expect(report.total).toMatchObject({ jobs: 1, unpriced: 1, cost: 0 });
  });

  it('says which tags would name owners when no job has one', async () => {
    const { show } = await reportOf([eventOf('one')], { tags: { owner: ['owner', 'created-by'] } });
    expect(show()).toContain('No job has an owner tag (owner, created-by).');
  });

  it('shows the most expensive jobs, and sums up the others', async () => {
    const events = Array.from({ length: 33 }, (_, at) =>
      eventOf(`job-${at}`, { TrainingEndTime: START + (at + 1) * HOUR }),
    );
    const lines = (await reportOf(events)).show();
    expect([lines[3], lines[33]]).toEqual([
      '      $50.00           -           -  training-job job-32',
      '       $9.09  3 more jobs: --csv and --json show all',
    ]);
  });

  it('shows jobs with something to correct, however little they cost', async () => {
    const events = Array.from({ length: 40 }, (_, at) => eventOf(`job-${at}`));
    const brief = { TrainingEndTime: START + HOUR };
    const { show } = await reportOf([
      ...events,
      eventOf('odd', { ...brief, Tags: { [TAG]: 'lots' } }),
      eventOf('stopped', { ...brief, Tags: { [TAG]: '1' } }),
      eventOf('unpriced', { ResourceConfig: { InstanceType: 'ml.new.large', InstanceCount: 1 } }),
    ]);
    const shown = show().flatMap((line) => /training-job (.*)/.exec(line)?.[1] ?? []);
    expect([shown.length, shown.slice(-3)]).toEqual([33, ['odd', 'stopped', 'unpriced']]);
  });

  it('breaks long lines of a terminal between words, and indents what follows', async () => {
    const { show } = await reportOf([eventOf('odd', { Tags: { [TAG]: 'lots' } })]);
    const lines = show(60);
    expect(lines.filter((line) => line.length > 60)).toEqual([]);
    const at = lines.findIndex((line) => line.startsWith('    Tag'));
    expect(lines.slice(at, at + 3)).toEqual([
      `    Tag ${TAG} is "lots": expected US`,
      '      dollars from 0.01 to 1000000, such as 25 or 12.50.',
      '      Until this is corrected, the job has no cap.',
    ]);
  });

  it('is safe to open in a spreadsheet', async () => {
    const { report } = await reportOf([
      eventOf('one', { Tags: { owner: '=HYPERLINK("http://x")', team: 'a, b', project: '@x' } }),
    ]);
    expect(csvLines(report)).toEqual([
      'type,job,region,owner,team,project,status,startedAt,endedAt,costUsd,isApproximate,wastedUsd,capUsd,warned,stoppedAt,stoppedFor,savedUsd,reason,unreadableTags',
      `training-job,one,us-east-1,"'=HYPERLINK(""http://x"")","a, b",'@x,Completed,2026-11-20T00:00:00.000Z,2026-11-20T02:00:00.000Z,3.03,false,0,,,,,0,no cap,`,
    ]);
    expect(csvLines({ jobs: [] })).toHaveLength(1);
  });
});

describe('the progress of backtest', () => {
  const written: string[] = [];
  const stream = (isTTY: boolean) => ({
    isTTY,
    columns: 40,
    write: (line: string | Uint8Array) => written.push(`${line}`) > 0,
  });

  it('is one line on a terminal, with the time that is left, and nothing elsewhere', () => {
    let now = 1_000_000;
    const progress = progressOn(stream(true), 'backtest', () => now);
    progress.jobs(100, 1000);
    now += 60_000;
    progress.jobs(400, 1000);
    progress.jobs(401, 1000);
    progress.clear();
    expect(written).toEqual([
      '\r\u001b[Kbacktest: 100 of 1000 jobs read',
      '\r\u001b[Kbacktest: 400 of 1000 jobs read, about ',
      '\r\u001b[K',
    ]);
    written.length = 0;
    progressOn(stream(false), 'backtest').jobs(1, 2);
    expect(written).toEqual([]);
  });
});
