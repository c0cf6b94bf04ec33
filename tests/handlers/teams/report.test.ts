import { describe, expect, it, onTestFinished } from 'vitest';
import { WORKER_ACTIVITY } from '../../../adapters/logs/worker-activity.ts';
import { teamReportFunction } from '../../../functions/team-report.ts';
import { AwsError } from '../../../local/embedded-aws/protocol.ts';
import type { Fault } from '../../../local/embedded-aws/server.ts';
import { localContext } from '../../../local/play/context.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import { useLocalAws } from '../../support/local-aws.ts';
import {
  keyOf,
  logTasks,
  MONDAY,
  OUTPUTS,
  putResponse,
  REPORT,
  requestAt,
  runReport,
  TASKS,
} from '../../support/team-log.ts';
import { entryOf, subOf } from '../../support/team-world.ts';

const KEY = 'arn:aws:kms:us-east-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const configuration = Configuration.parse({ teams: { report: 'weekly', outputs: [OUTPUTS], keys: [KEY] } });
type Faults = (
  operation: string,
  input: Readonly<Record<string, unknown>>,
) => Fault | undefined | Promise<Fault | undefined>;
let fault: Faults | undefined;
const local = useLocalAws(configuration, ({ operation, input }) => fault?.(operation, input));

/** The embedded AWS with nothing in it. */
async function empty() {
  const aws = local();
  fault = undefined;
  aws.logs.clear();
  for (const map of [aws.s3.objects, aws.s3.written]) map.clear();
  await aws.emptyTable();
  return aws;
}

/** The embedded AWS with the log of two teams. */
async function withLog() {
  const aws = await empty();
  logTasks(aws);
  return aws;
}

const mailOf = ({ publications }: ReturnType<typeof local>) =>
  publications.map(({ subject, bodies }) => `${subject}\n${bodies.get('email')}`);

describe('the scheduled report', () => {
  it('is a page, a CSV and JSON lines in the bucket, and one mail about the week before', async () => {
    const aws = await withLog();
    expect(await runReport()).toEqual({ report: REPORT, teams: 2, unreadable: 0, isTold: true });
    expect([...aws.s3.objects.keys()]).toEqual(['csv', 'jsonl', 'html'].map((end) => keyOf(`report.${end}`)));
    expect(aws.s3.types.get(keyOf('report.html'))).toBe('text/html; charset=utf-8');
    expect(aws.s3.objects.get(keyOf('report.html'))).toContain(
      'Labeling teams, 2026-11-09 to 2026-11-15 (7 days, UTC)',
    );
    expect(aws.s3.objects.get(keyOf('report.csv'))?.split('\n')[0]).toMatch(/^kind,team,job,worker,tasks,/);
    const lines = aws.s3.objects
      .get(keyOf('report.jsonl'))
      ?.trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines?.filter(({ kind }) => kind === 'team')).toMatchObject([
      { team: 'tiny', tasks: 4, workers: 2 },
      { team: 'vision', tasks: 60, workers: 6, medianWallSeconds: 10, tasksChange: 0.25 },
    ]);
    expect(mailOf(aws)).toEqual([
      `LABELING TEAMS: report 2026-11-09 to 2026-11-15
From 2026-11-09 to 2026-11-15, 2 labeling teams submitted 64 tasks.

WHY
  Changes in brackets compare with the 7 days before. Wall time is from
  accepting to submitting a task, breaks included. Figures of single
  workers are not in this message. teams.outputs of ground-control.yml
  is set, but no worker-response files of these days and jobs were found
  below it, so active times are unknown.
  Next: Read the page. The same figures are beside it in S3, as CSV and
  as JSON lines.
  Print a link to the page, which works for an hour:
    npm run --silent workers -- --stage local --region us-east-1 --open 2026-11-09_2026-11-15

FACTS
  Labeling team: tiny: 4 tasks; no times, because fewer than 5 workers
                 submitted tasks
  Labeling team: vision: 60 tasks (+25 %), median wall time 10 s (-17 %)

WHERE TO LOOK
  Console: https://us-east-1.console.aws.amazon.com/s3/object/ground-control-local-team-reports?region=us-east-1&prefix=team-reports/2026-11-09_2026-11-15/report.html

--
Ground Control, severity info, account 000000000000, us-east-1
`,
    ]);
    expect(JSON.parse(aws.publications[0]?.bodies.get('sqs') ?? '')).toMatchObject({
      outputS3Uri: keyOf('report.html'),
      cause: { code: 'labeling-report' },
    });
    expect(aws.publications[0]?.attributes).toEqual(
      new Map([
        ['severity', 'info'],
        ['family', 'labeling-job'],
        ['status', 'unknown'],
        ['team', 'unknown'],
        ['owner', 'unknown'],
        ['project', 'unknown'],
        ['AWS.SNS.SMS.SMSType', 'Transactional'],
      ]),
    );
  });

  it('has no worker in any form of its mail, and no id of a worker anywhere', async () => {
    const aws = await withLog();
    await runReport();
    const sent = JSON.stringify(aws.publications.map(({ bodies, subject }) => [subject, ...bodies.values()]));
    const page = aws.s3.objects.get(keyOf('report.html')) ?? '';
    const pseudonyms = page.match(/(?<=<th scope="row">)w[0-9a-f]{8}(?=<)/g) ?? [];
    expect(pseudonyms).toHaveLength(6);
    for (const secret of [...pseudonyms, '777']) expect(sent).not.toContain(secret);
    const everything = sent + [...aws.s3.objects.values()].join('');
    for (const { worker } of TASKS) {
      expect(everything).not.toContain(subOf(worker));
      expect(everything).not.toContain(`worker${worker}`);
    }
  });

  it('shows no workers, hours or idle time of a team of fewer than five', async () => {
    const aws = await withLog();
    await runReport();
    const lines =
      aws.s3.objects
        .get(keyOf('report.jsonl'))
        ?.trim()
        .split('\n')
        .map((line) => JSON.parse(line)) ?? [];
    const tiny = lines.filter(({ team }) => team === 'tiny');
    expect(tiny.map(({ kind, activeHours, longestIdleSeconds }) => [kind, activeHours, longestIdleSeconds])).toEqual([
      ['team', null, null],
      ['job', null, null],
    ]);
  });

  it('is made and mailed once, also when the function runs twice, at once or later', async () => {
    const aws = await withLog();
    const first = await Promise.allSettled([runReport(), runReport()]);
    expect(first.some(({ status }) => status === 'fulfilled')).toBe(true);
    // Whoever does not know whether the other run sends the mail fails, so that Lambda or redrive tries again.
    for (const one of first)
      if (one.status === 'rejected') expect(one.reason.message).toContain(`another run is about to send the mail`);
    const objects = new Map(aws.s3.objects);
    expect(await runReport()).toMatchObject({ isTold: true });
    // A redrive a week later is still about the week that was scheduled.
    expect(await runReport(MONDAY, { now: new Date('2026-11-25T12:00:00Z') })).toMatchObject({ report: REPORT });
    expect(aws.s3.objects).toEqual(objects);
    expect(aws.publications).toHaveLength(1);
  });

  it('fails while another run is about to send the mail, which may be lost', async () => {
    await withLog();
    const errors: unknown[] = [];
    fault = async (operation) => {
      if (operation === 'Publish') await runReport().catch((error: unknown) => errors.push(error));
      return undefined;
    };
    expect(await runReport()).toMatchObject({ isTold: true });
    expect(errors.map(String).join()).toContain(`another run is about to send the mail about ${REPORT}: try again`);
  });

  it('never changes once it is stored, also when the log has expired', async () => {
    const aws = await withLog();
    await runReport();
    const stored = new Map(aws.s3.objects);
    aws.logs.clear();
    expect(await runReport()).toMatchObject({ teams: 0 });
    expect(aws.s3.objects).toEqual(stored);
  });

  it('gets its missing files when it was stored only in part', async () => {
    const aws = await withLog();
    aws.s3.objects.set(keyOf('report.csv'), 'as it was');
    await runReport();
    expect([...aws.s3.objects.keys()]).toEqual(['csv', 'jsonl', 'html'].map((end) => keyOf(`report.${end}`)));
    expect(aws.s3.objects.get(keyOf('report.csv'))).toBe('as it was');
  });

  it('covers the scheduled days, even after a setting has changed', async () => {
    await withLog();
    const run = (more: object) =>
      teamReportFunction(() => MONDAY)({ ...requestAt(MONDAY), ...more }, localContext('teamReport', 900));
    expect(await run({ report: 'monthly' })).toMatchObject({ report: '2026-10-01_2026-10-31' });
    // It is still Sunday there.
    const request = { scheduledAt: '2026-11-16T02:00:00Z', timeZone: 'America/New_York' };
    expect(await run(request)).toMatchObject({ report: '2026-11-02_2026-11-08' });
    await expect(run({ report: 'daily' })).rejects.toThrow('report:');
    await expect(run({ timeZone: '+02:00' })).rejects.toThrow('timeZone: expected a time zone like Europe/Berlin');
  });

  it('has the same pseudonyms every week, until the secret has another value', async () => {
    const aws = await withLog();
    const pseudonyms = async () => {
      aws.s3.objects.clear();
      await runReport();
      return (aws.s3.objects.get(keyOf('report.csv')) ?? '').match(/(?<=^worker,vision,,)\w+/gm);
    };
    const before = await pseudonyms();
    expect(await pseudonyms()).toEqual(before);
    const [[id, value] = ['', '']] = aws.secrets;
    aws.secrets.set(id, 'another secret of the stage');
    const after = await pseudonyms();
    aws.secrets.set(id, 'short');
    await expect(runReport()).rejects.toThrow(/has fewer than 16 characters of text: put a random value into it/);
    aws.secrets.set(id, value);
    expect(after?.filter((one) => before?.includes(one))).toEqual([]);
  });

  it('says that there is no log group, and stores that too', async () => {
    const aws = await empty();
    expect(await runReport()).toMatchObject({ teams: 0, isTold: true });
    expect(mailOf(aws)[0]?.replaceAll(/\s+/g, ' ')).toContain(
      `There is no log group ${WORKER_ACTIVITY}. No private team has worked in this account and region, or its team may not write logs`,
    );
    expect(aws.s3.objects.get(keyOf('report.html'))).toContain('There is no log group');
  });

  it('continues when AWS throttles it', async () => {
    const aws = await withLog();
    const throttled = new Set<string>();
    fault = (operation) => {
      if (throttled.has(operation) || operation.endsWith('Item')) return undefined;
      throttled.add(operation);
      return operation === 'Publish' ? undefined : { kind: 'throttle' };
    };
    expect(await runReport()).toMatchObject({ teams: 2, isTold: true });
    expect([...throttled]).toEqual(expect.arrayContaining(['FilterLogEvents', 'GetSecretValue', 'PutObject']));
    expect(aws.publications).toHaveLength(1);
  });

  it('sends no mail before the page is stored, and the retry does the rest', async () => {
    const aws = await withLog();
    fault = (operation, { Key }) =>
      operation === 'PutObject' && String(Key).endsWith('.html') ? { kind: 'error' } : undefined;
    await expect(runReport()).rejects.toThrow();
    expect(aws.publications).toEqual([]);
    fault = undefined;
    expect(await runReport()).toMatchObject({ isTold: true });
    expect(aws.publications).toHaveLength(1);
  });

  it('says what to do when the function runs out of time', async () => {
    await withLog();
    await expect(runReport(MONDAY, { seconds: 30 })).rejects.toThrow(
      'takes too long. A machine of yours has more time: npm run --silent workers -- --stage local --region us-east-1 --from 2026-11-09 --to 2026-11-15 --html report.html',
    );
  });

  it('is mailed by the retry when SNS refused the mail at first', async () => {
    const aws = await withLog();
    fault = (operation) => (operation === 'Publish' ? { kind: 'error' } : undefined);
    await expect(runReport()).rejects.toThrow('InternalFailure');
    fault = undefined;
    await runReport();
    expect(mailOf(aws)).toHaveLength(1);
  });

  it('refuses input that is not a request', async () => {
    const run = (event: unknown) => teamReportFunction()(event, localContext('teamReport'));
    await expect(run({})).rejects.toThrow('the input is no request for a report (docs/teams.md): schema:');
    await expect(run({ ...requestAt(MONDAY), scheduledAt: 'soon' })).rejects.toThrow('scheduledAt:');
  });

  it('counts what it cannot read, and shows no content of it', async () => {
    const aws = await withLog();
    aws.logs.put(WORKER_ACTIVITY, 'broken', [{ at: MONDAY.getTime() - 86_400_000, message: '{"name": "Erika' }]);
    expect(await runReport()).toMatchObject({ unreadable: 1 });
    expect(aws.s3.objects.get(keyOf('report.html'))).toContain(
      '1 entry or file is not counted, because it could not be read.',
    );
    expect([...aws.s3.objects.values()].join('')).not.toContain('Erika');
  });

  it('escapes hostile names of teams in the page, and keeps them out of formulas in the CSV', async () => {
    const aws = await empty();
    const team = '=HYPERLINK("x")<script>alert(1)</script>';
    logTasks(
      aws,
      TASKS.map((task) => ({ ...task, team })),
    );
    await runReport();
    expect(aws.s3.objects.get(keyOf('report.html'))).not.toContain('<script>');
    expect(aws.s3.objects.get(keyOf('report.csv'))).not.toMatch(/(^|,)"?=/m);
  });
});

describe('active time in the scheduled report', () => {
  const active = (aws: ReturnType<typeof local>) =>
    (aws.s3.objects.get(keyOf('report.jsonl')) ?? '')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .find(({ kind, team }) => kind === 'team' && team === 'vision');

  it('comes from worker responses of jobs in the log, at any depth below the configured prefixes', async () => {
    const aws = await withLog();
    const tasks = TASKS.filter(({ team, at }) => team === undefined && at >= MONDAY.getTime() - 8 * 86_400_000);
    for (const task of tasks) putResponse(aws, task, 7, `${OUTPUTS}2026/some team/`);
    // Another job, another folder of the job, an old file, and files of other kinds are not read.
    const [task] = tasks;
    if (task === undefined) throw new Error('there are tasks');
    putResponse(aws, { ...task, job: 'other' }, 999);
    aws.s3.objects.set(`${OUTPUTS}cats/annotations/consolidated-annotation/x.json`, '{');
    const old = putResponse(aws, { ...task, worker: 9 }, 999);
    aws.s3.written.set(old, new Date('2026-10-01T00:00:00Z'));
    expect(await runReport()).toMatchObject({ unreadable: 0 });
    expect(active(aws)).toMatchObject({ medianActiveSeconds: 7, activeTasks: 60, medianWallSeconds: 10 });
    const read = aws.calls.filter(({ operation }) => operation === 'GetObject');
    expect(read).toHaveLength(60);
    expect(JSON.stringify(read)).toContain(':');
    expect([...aws.s3.objects].filter(([uri]) => uri.includes('team-reports/')).join('')).not.toContain(
      'private words',
    );
  });

  it('is not read for entries without a job', async () => {
    const aws = await empty();
    logTasks(aws, []);
    const entries = TASKS.map((task) => ({
      at: task.at,
      message: JSON.stringify({ ...entryOf(task), labeling_job_arn: '' }),
    }));
    aws.logs.put(WORKER_ACTIVITY, 'without jobs', entries);
    aws.s3.objects.set(`${OUTPUTS}annotations/worker-response/x.json`, '{');
    expect(await runReport()).toMatchObject({ teams: 2, unreadable: 0 });
  });

  it('is missing with a warning in the mail when nothing is found', async () => {
    const aws = await withLog();
    await runReport();
    const warning =
      'teams.outputs of ground-control.yml is set, but no worker-response files of these days and jobs were found below it';
    expect(aws.s3.objects.get(keyOf('report.html'))?.split(warning)).toHaveLength(2);
    expect(mailOf(aws)[0]?.replaceAll(/\s+/g, ' ')).toContain(warning);
    expect(active(aws)).toMatchObject({ medianActiveSeconds: null });
  });

  it('is missing with a warning in the mail when S3 refuses to list, and the report is made', async () => {
    const aws = await withLog();
    const perform = aws.s3.perform.bind(aws.s3);
    onTestFinished(() => {
      aws.s3.perform = perform;
    });
    aws.s3.perform = (operation, input) => {
      if (operation === 'ListObjectsV2') throw new AwsError('AccessDenied', 'Access Denied', 403);
      return perform(operation, input);
    };
    expect(await runReport()).toMatchObject({ teams: 2, isTold: true });
    const warning = `Active times below ${OUTPUTS} are missing: S3 refuses to list it (AccessDenied).`;
    expect(mailOf(aws)[0]?.replaceAll(/\s+/g, ' ')).toContain(warning);
    expect(aws.s3.objects.get(keyOf('report.html'))).toContain(warning);
  });

  it('is missing with a warning in the mail that says why when S3 refuses to give files', async () => {
    const aws = await withLog();
    for (const task of TASKS.slice(0, 60)) putResponse(aws, task, 7);
    const perform = aws.s3.perform.bind(aws.s3);
    onTestFinished(() => {
      aws.s3.perform = perform;
    });
    aws.s3.perform = (operation, input) => {
      if (operation === 'GetObject') throw new AwsError('KMS.DisabledException', 'The key is disabled.', 400);
      return perform(operation, input);
    };
    await runReport();
    const warning =
      'Active times of 60 worker-response files are missing: AWS refuses to give them (KMS.DisabledException). ' +
      'Compare teams.outputs and teams.keys of ground-control.yml with the policies of the bucket and of the KMS key.';
    const page = aws.s3.objects.get(keyOf('report.html')) ?? '';
    expect(mailOf(aws)[0]?.replaceAll(/\s+/g, ' ')).toContain(warning);
    expect(page).toContain(warning);
    for (const wrong of ['No answer in', 'could not be read', 'were found below']) expect(page).not.toContain(wrong);
  });

  it('leaves out files that are broken, too large, or no responses, and counts them', async () => {
    const aws = await withLog();
    const folder = `${OUTPUTS}cats/annotations/worker-response/iteration-1/`;
    aws.s3.objects.set(`${folder}1/a.json`, '{"answers": [');
    aws.s3.objects.set(`${folder}2/b.json`, '[]');
    aws.s3.objects.set(`${folder}3/c.json`, `"${'['.repeat(20 * 1024 * 1024)}"`);
    aws.s3.objects.set(`${folder}4/__proto__.json`, '{"__proto__": {"answers": []}}');
    expect(await runReport()).toMatchObject({ teams: 2, unreadable: 4 });
  });
});
