import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BARE } from '../support/bare-environment.ts';
import { ROOT } from '../support/events.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

const { folder, fileWith } = useTemporaryFolder();
const AWS_CONFIG_FILE = fileWith(
  'config',
  '[default]\nregion = eu-west-3\n[profile prod]\nregion = eu-north-1\n[profile bare]\noutput = json\n',
);
const SETTINGS = {
  AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
  AWS_ACCESS_KEY_ID: 'x',
  AWS_SECRET_ACCESS_KEY: 'x',
};
/** Nobody listens there, so a command ends after it has said where it works. */
const NO_AWS = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_MAX_ATTEMPTS: '1' };

const ARGUMENTS = {
  audit: ['--stage', 'prod', '--day', '2026-11-20'],
  cost: ['--stage', 'prod'],
  redrive: ['--stage', 'prod'],
  chain: ['--job', 'street-signs'],
  backtest: ['--days', '7'],
} as const;

function run(script: keyof typeof ARGUMENTS, environment: NodeJS.ProcessEnv, ...more: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [`commands/${script}.ts`, ...ARGUMENTS[script], ...more],
    { cwd: ROOT, encoding: 'utf8', env: { ...BARE, ...SETTINGS, ...NO_AWS, ...environment } },
  );
  return { status, stdout, lines: stderr.trimEnd().split('\n') };
}

describe('a command of a deployed stage', () => {
  it.each<[string, NodeJS.ProcessEnv, string[], string]>([
    ['nothing', {}, [], 'us-east-1 (the default)'],
    ['AWS_REGION', { AWS_REGION: 'eu-west-1' }, [], 'eu-west-1 (AWS_REGION)'],
    ['AWS_DEFAULT_REGION', { AWS_DEFAULT_REGION: 'ap-south-1' }, [], 'ap-south-1 (AWS_DEFAULT_REGION)'],
    ['both', { AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'ap-south-1' }, [], 'eu-west-1 (AWS_REGION)'],
    ['an empty one', { AWS_REGION: '', AWS_DEFAULT_REGION: '' }, [], 'us-east-1 (the default)'],
    ['the default profile', { AWS_CONFIG_FILE }, [], 'eu-west-3 (the AWS profile default)'],
    ['AWS_PROFILE', { AWS_CONFIG_FILE, AWS_PROFILE: 'prod' }, [], 'eu-north-1 (the AWS profile prod)'],
    ['a profile without a region', { AWS_CONFIG_FILE, AWS_PROFILE: 'bare' }, [], 'us-east-1 (the default)'],
    ['a profile and AWS_REGION', { AWS_CONFIG_FILE, AWS_REGION: 'eu-west-1' }, [], 'eu-west-1 (AWS_REGION)'],
    ['--region, over all', { AWS_REGION: 'eu-west-1' }, ['--region', 'us-gov-west-1'], 'us-gov-west-1 (--region)'],
  ])('finds the region in %s', (_, environment, args, expected) => {
    const all = { AWS_CONFIG_FILE: join(folder, 'none'), ...environment };
    const { status, stdout, lines } = run('audit', all, ...args);
    expect([status, stdout, lines[0]]).toEqual([1, '', `audit: stage prod, region ${expected}`]);
  });

  it.each(['audit', 'cost', 'redrive'] as const)('says its stage and region on standard error: %s', (script) => {
    const { stdout, lines } = run(script, { AWS_CONFIG_FILE, AWS_PROFILE: 'prod' });
    expect([stdout, lines[0]]).toEqual(['', `${script}: stage prod, region eu-north-1 (the AWS profile prod)`]);
  });

  it.each(['chain', 'backtest'] as const)('says its region on standard error: %s', (script) => {
    const { stdout, lines } = run(script, { AWS_CONFIG_FILE, AWS_PROFILE: 'prod' });
    expect([stdout, lines[0]]).toEqual(['', `${script}: region eu-north-1 (the AWS profile prod)`]);
  });

  it.each<[keyof typeof ARGUMENTS, string, NodeJS.ProcessEnv, string[]]>([
    ['audit', '"Ireland" (--region)', {}, ['--region', 'Ireland']],
    ['cost', '"eu-west" (--region)', {}, ['--region', 'eu-west']],
    ['redrive', '"" (--region)', {}, ['--region=']],
    ['chain', '"eu-west-1a" (AWS_REGION)', { AWS_REGION: 'eu-west-1a' }, []],
    ['backtest', '"Ireland" (--region)', {}, ['--region', 'Ireland']],
  ])('refuses what is not a region: %s %s', (script, what, environment, args) => {
    expect(run(script, environment, ...args)).toEqual({
      status: 2,
      stdout: '',
      lines: [`${script}: ${what} is not a region like eu-west-1: give --region <region>, or set AWS_REGION`],
    });
  });

  it('uses the region that serverless deploy uses', () => {
    const environment = { HOME: folder, AWS_CONFIG_FILE, AWS_PROFILE: 'prod' };
    const { stdout, stderr } = spawnSync(
      join(ROOT, 'node_modules/.bin/serverless'),
      ['print', '--stage', 'prod', '--path', 'provider.region', '--format', 'text'],
      { cwd: ROOT, encoding: 'utf8', env: { ...BARE, ...SETTINGS, ...environment } },
    );
    expect([stdout, stderr]).toEqual(['eu-north-1\n', '']);
    expect(run('audit', environment).lines[0]).toContain('region eu-north-1 (');
  });
});
