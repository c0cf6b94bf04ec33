import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { BARE } from '../support/bare-environment.ts';
import { ROOT } from '../support/events.ts';

/** Runs a command for a deployed stage without any AWS configuration. */
const run = (script: string, ...args: string[]) => runIn({}, script, ...args);

function runIn(environment: NodeJS.ProcessEnv, script: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`commands/${script}.ts`, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env: {
      ...BARE,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      ...environment,
    },
  });
  return [status, stdout, stderr];
}

describe('a command of a deployed stage', () => {
  it.each([
    ['audit', [], '--stage is missing'],
    ['audit', ['--stage', 'dev'], 'give --resource or --day, not both'],
    ['audit', ['--stage', 'dev', '--day', 'today'], '--day today is not a date like 2026-11-20'],
    ['redrive', ['--stage', 'dev', '--queue', 'x'], '--queue x is not one of failed, quarantine, undelivered'],
    ['redrive', ['--what'], "Unknown option '--what'"],
    ['cost', ['--stag', 'dev'], "Unknown option '--stag'; did you mean --stage?"],
    ['redrive', ['--stage', 'a b'], '--stage "a b" is not a name of letters, digits and hyphens'],
    ['redrive', ['--stage', ''], '--stage "" is not a name of letters, digits and hyphens'],
    ['cost', [], '--stage is missing'],
    ['cost', ['--stage', 'dev', '--policy', 'x.yml'], '--policy is not an option: the name of this option is --config'],
    ['chain', ['--job', 'x', '--policy', 'x.yml'], '--policy is not an option: the name of this option is --config'],
    ['backtest', ['--policy', 'x.yml', 'events'], '--policy is not an option: the name of this option is --config'],
    ['replay', ['--policy', 'x.yml', 'events'], '--policy is not an option: the name of this option is --config'],
    ['audit', ['--stage', 'dev', '--policy', 'x.yml'], "Unknown option '--policy'"],
    ['audit', ['--stage', 'dev', '--day', '2026-13-45'], '--day 2026-13-45 is not a date like 2026-11-20'],
    ['audit', ['--stage', 'dev', '--resource', 'churn'], '--resource churn is not an ARN of SageMaker'],
  ])('refuses wrong arguments and prints the usage: %s %j', (script, args, what) => {
    const [status, stdout, stderr] = run(script, ...args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(new RegExp(`^${script}: ${what}.*; usage: npm run .*\n$`));
  });

  it.each([
    ['redrive', 'npm_config_dry_run', '--dry-run'],
    ['cost', 'npm_config_region', '--region'],
  ])('refuses an option that npm has kept for itself: %s with %s', (script, variable, option) => {
    const [status, stdout, stderr] = runIn({ [variable]: 'true' }, script, '--stage', 'dev');
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`${script}: ${option} was given to npm: write it after the "--"; usage: npm run`);
  });

  it('does not mind what npm has kept if the option is given', () => {
    const [, , stderr] = runIn({ npm_config_stage: 'dev' }, 'redrive', '--stage', 'dev', '--region', 'x');
    expect(stderr).toContain('"x" (--region) is not a region');
  });

  it.each(['audit', 'redrive'])('prints its usage: %s', (script) => {
    const [status, stdout, stderr] = run(script, '--help');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^usage: npm run .*--stage <stage>/);
  });
});
