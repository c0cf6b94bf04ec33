import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, it } from 'vitest';
import { AwsError } from '../../local/embedded-aws/protocol.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import { ROOT } from '../support/events.ts';
import { useLocalAws } from '../support/local-aws.ts';
import { keyOf, logTasks, REPORT, runReport } from '../support/team-log.ts';
import { FIRST_DAY, LAST_DAY } from '../support/team-world.ts';

/** Operations that AWS does not allow. */
let refused: string[] = [];
const aws = useLocalAws(Configuration.parse({ teams: { report: 'weekly' } }), ({ operation, service }) => {
  const code = service === 's3' ? 'AccessDenied' : 'AccessDeniedException';
  if (refused.includes(operation)) throw new AwsError(code, 'no', service === 's3' ? 403 : 400);
  return undefined;
});

beforeAll(async () => {
  const { TEAM_REPORTS_BUCKET = '', TEAM_SECRET_ARN = '' } = process.env;
  aws().functions.set('ground-control-prod-teamReport', { variables: { TEAM_REPORTS_BUCKET, TEAM_SECRET_ARN } });
  logTasks(aws());
  await runReport();
  for (const name of ['2026-11-02_2026-11-08', 'not a report'])
    aws().s3.objects.set(keyOf('report.html', name), `<!doctype html>${name}`);
});

/** What the command prints about stage prod of the embedded AWS. */
async function workers(...args: string[]) {
  const child = spawn(process.execPath, ['commands/workers.ts', ...args], { cwd: ROOT, env: process.env });
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { output, errors, code };
}

describe('workers --stage', () => {
  it('makes the same report as the stage, with its pseudonyms', async () => {
    const { output, errors, code } = await workers('--stage', 'prod', '--from', FIRST_DAY, '--to', LAST_DAY, '--json');
    expect(output).toBe(aws().s3.objects.get(keyOf('report.jsonl')));
    expect(errors).toContain('workers: stage prod, region us-east-1 (AWS_REGION)\n');
    expect(code).toBe(0);
  });

  it('reports the last week if it gets no days', async () => {
    const { output, code } = await workers('--stage', 'prod');
    expect(output).toMatch(/^Labeling teams, \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d \(7 days, UTC\)\n/);
    expect(code).toBe(0);
  });

  it('refuses days in the future, and says that days are not over', async () => {
    const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    const future = await workers('--stage', 'prod', '--from', day(2), '--to', day(3));
    expect(future.errors).toContain(`--from: ${day(2)} is in the future (UTC), so there is nothing to report`);
    const running = await workers('--stage', 'prod', '--from', day(-1), '--to', day(2));
    expect(running.output).toContain('These days are not over: figures will grow');
    expect([future.output, future.code, running.code]).toEqual(['', 2, 0]);
  });

  it('says what is needed when AWS refuses to list reports, or to give the secret', async () => {
    refused = ['ListObjectsV2', 'GetSecretValue'];
    const [list, make] = [await workers('--stage', 'prod', '--list'), await workers('--stage', 'prod')];
    refused = [];
    expect(list.errors).toContain(
      'you may not list s3://ground-control-local-team-reports: ask for s3:ListBucket on the bucket',
    );
    expect(make.errors).toMatch(/you may not read the secret \S+: ask for secretsmanager:GetSecretValue on it/);
    expect([list.code, make.code, list.output + make.output]).toEqual([2, 2, '']);
  });

  it('lists the stored reports, the newest first', async () => {
    const { output, code } = await workers('--stage', 'prod', '--list');
    expect([output, code]).toEqual([`${REPORT}\n2026-11-02_2026-11-08\n`, 0]);
  });

  it('prints a link to the page of a report, which works without credentials for an hour', async () => {
    const { output, errors, code } = await workers('--stage', 'prod', '--open', REPORT);
    const link = new URL(output.trim());
    expect(link.searchParams.get('X-Amz-Expires')).toBe('3600');
    const answer = await fetch(link);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await answer.text()).toBe(aws().s3.objects.get(keyOf('report.html')));
    expect(errors).toContain('whoever has this link can read the page for an hour');
    expect(code).toBe(0);
  });

  it('refuses a report that is not there, and a stage without reports', async () => {
    const missing = await workers('--stage', 'prod', '--open', '2020-01-06_2020-01-12');
    expect(missing.errors).toContain(
      'there is no report 2020-01-06_2020-01-12 in s3://ground-control-local-team-reports',
    );
    const stage = await workers('--stage', 'dev', '--list');
    expect(stage.errors).toContain('there is no function ground-control-dev-teamReport in us-east-1: is stage "dev"');
    expect([missing.code, stage.code, missing.output + stage.output]).toEqual([2, 2, '']);
  });

  it.each([
    [['--list'], '--from: is missing'],
    [['--from', FIRST_DAY, '--to', LAST_DAY, '--open', REPORT], '--open: needs --stage'],
    [['--stage', 'prod', '--from', FIRST_DAY], '--to: is missing'],
    [['--stage', '../x'], '--stage: is not a name'],
    [['--stage', 'prod', '--open', '../../etc'], '--open: is not the name of a report'],
    [['--stage', 'prod', '--open', REPORT, '--json'], '--json: does not go with --open'],
    [['--stage', 'prod', '--list', '--open', REPORT], '--list: does not go with --open'],
    [['--stage', 'prod', '--file', '-'], '--file: does not go with --stage'],
    [['--stage', 'prod', '--secret-file', 'x'], '--secret-file: does not go with --stage'],
  ])('refuses wrong arguments: %j', async (args, why) => {
    const { output, errors, code } = await workers(...args);
    expect(errors).toContain(why);
    expect([output, code]).toEqual(['', 2]);
  });
});
