import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/events.ts';

/** Runs a command for a deployed stage without any AWS configuration. */
function run(script: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`commands/${script}.ts`, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' },
  });
  return [status, stdout, stderr];
}

describe('a command of a deployed stage', () => {
  it.each([
    ['audit', ['--stage', 'dev', '--day', '2026-11-20']],
    ['redrive', ['--stage', 'dev']],
  ])('says in one line that no region is configured: %s', (script, args) => {
    expect(run(script, ...args)).toEqual([
      2,
      '',
      `${script}: no region is configured: set AWS_REGION or give --region\n`,
    ]);
  });

  it.each([
    ['audit', [], '--stage is missing'],
    ['audit', ['--stage', 'dev'], 'give --resource or --day, not both'],
    ['audit', ['--stage', 'dev', '--day', 'today'], '--day today is not a date like 2026-11-20'],
    ['redrive', ['--stage', 'dev', '--queue', 'x'], '--queue x is not one of failed, quarantine, undelivered'],
    ['redrive', ['--what'], "Unknown option '--what'"],
    ['audit', ['--stage', 'dev', '--day', '2026-13-45'], '--day 2026-13-45 is not a date like 2026-11-20'],
    ['audit', ['--stage', 'dev', '--resource', 'churn'], '--resource churn is not an ARN of SageMaker'],
  ])('refuses wrong arguments and prints the usage: %s %j', (script, args, what) => {
    const [status, stdout, stderr] = run(script, ...args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(new RegExp(`^${script}: ${what}.*; usage: npm run .*\n$`));
  });

  it.each(['audit', 'redrive'])('prints its usage: %s', (script) => {
    const [status, stdout, stderr] = run(script, '--help');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^usage: npm run .*--stage <stage>/);
  });
});
