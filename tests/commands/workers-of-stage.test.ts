import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, it } from 'vitest';
import { Configuration } from '../../schemas/configuration/file.ts';
import { ROOT } from '../support/events.ts';
import { useLocalAws } from '../support/local-aws.ts';
import { keyOf, logTasks, REPORT, runReport } from '../support/team-log.ts';
import { FIRST_DAY, LAST_DAY } from '../support/team-world.ts';

const aws = useLocalAws(Configuration.parse({ teams: { report: 'weekly' } }));

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
