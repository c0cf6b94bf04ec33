import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { BARE } from '../support/bare-environment.ts';
import { ROOT } from '../support/events.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

const { folder, fileWith } = useTemporaryFolder();
const CONFIGURATION = `timeZone: Europe/Berlin
subscribers:
  - { email: team@example.com, digest: daily 08:00 }
  - { email: oncall@example.com, severities: [critical, error], quiet: { from: "22:00", to: "07:00" } }
  - { phone: "+15555550100", severities: [critical] }
`;

/** Runs the command as npm would, with no AWS configuration of any kind. */
function who(args: string[], input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['commands/who.ts', ...args], {
    cwd: ROOT,
    input,
    encoding: 'utf8',
    env: { ...BARE, HOME: folder },
  });
  return { status, stdout, stderr };
}
const config = () => ['--config', fileWith('who.yml', CONFIGURATION)];
const NIGHT = ['--at', '2026-11-20T23:10:00Z'];

describe('who', () => {
  it('says for each subscriber whether, when and why', () => {
    const { status, stdout, stderr } = who([...config(), ...NIGHT, 'events/training-job/failed.json']);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toBe(`events/training-job/failed.json
   FAILED: training job churn-vit-20261120-000012 [vision]
   decided at 2026-11-21 00:10:00 Europe/Berlin
   team@example.com    at once  unless it has just got five in five minutes
   oncall@example.com  later    quiet hours, until 2026-11-21 07:00:00 Europe/Berlin
   +15555550100        not      its severity is error, and the filter wants critical
`);
  });

  it('says the same as JSON', () => {
    const { stdout } = who([...config(), ...NIGHT, '--json', 'events/training-job/completed.json']);
    expect(JSON.parse(stdout).subscribers).toMatchObject([
      { subscriber: 'team@example.com', when: 'later', at: '2026-11-21T07:00:00.000Z' },
      { subscriber: 'oncall@example.com', when: 'not' },
      { subscriber: '+15555550100', when: 'not' },
    ]);
  });

  it('says why nobody is told', () => {
    expect(who([...config(), 'events/training-job/in-progress.json']).stdout).toBe(
      'events/training-job/in-progress.json\n   nobody: outcome "running" is not among alerts.training-job in ground-control.yml\n',
    );
  });

  it.each([
    [['--at', 'noon', 'events/training-job/failed.json'], '--at noon is not a time like 2026-11-20T23:00:00Z'],
    [['no-such.json'], 'no-such.json: no such file or folder'],
    [['--when', 'x'], "Unknown option '--when'"],
  ])('refuses %j with a line and exit code 2', (args, why) => {
    const { status, stderr } = who(args);
    expect([status, stderr.split('\n').length]).toEqual([2, 2]);
    expect(stderr).toContain(why);
  });
});
