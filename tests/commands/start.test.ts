import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { STORIES } from '../../local/stories/all.ts';
import { BARE } from '../support/bare-environment.ts';
import { eventFiles, ROOT } from '../support/events.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

const { fileWith } = useTemporaryFolder();

function start(args: readonly string[], more: NodeJS.ProcessEnv = {}) {
  const options = { cwd: ROOT, encoding: 'utf8', env: { ...BARE, ...more } } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['commands/start.ts', ...args], options);
  return { status, stdout, stderr };
}

/** The subjects of the mails in a text, in order. */
const subjects = (text: string) => [...text.matchAll(/Subject: +(.*)/g)].map(([, subject]) => subject);

describe('npm start, when its output is no terminal', () => {
  const { status, stdout, stderr } = start([]);

  it("begins with the README's mail about a failed training job", () => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    const [, subject = 'none'] = /^Subject: (FAILED.*)$/m.exec(readme) ?? [];
    expect([status, stderr, subjects(stdout)]).toEqual([0, '', [subject]]);
  });

  it('names every story within 120 lines, without colours', () => {
    for (const { id, title } of STORIES.slice(1)) expect(stdout).toMatch(new RegExp(`^  ${id} +${title}$`, 'm'));
    expect(stdout.split('\n').length).toBeLessThanOrEqual(120);
    expect(stdout).not.toContain('\u001b');
  });
});

describe('npm start -- --all', () => {
  it('prints every sample event, a summary and every story', () => {
    const { status, stdout, stderr } = start(['--all']);
    expect([status, stderr]).toEqual([0, '']);
    for (const file of eventFiles('events/**/*.json')) expect(stdout).toContain(`== ${file}`);
    for (const { title } of STORIES) expect(stdout).toContain(`# ${title}`);
    expect(stdout).toMatch(/\d+ events: \d+ alerted \(.*\), \d+ ignored, \d+ quarantined; \d+ AWS calls/);
  });
});

it('deletes its temporary files when Ctrl-C ends it in the middle of a story', async () => {
  const files = dirname(fileWith('nothing.txt', ''));
  const before = readdirSync(files);
  const child = spawn(process.execPath, ['commands/start.ts', 'month'], {
    cwd: ROOT,
    env: { ...BARE, TMPDIR: files },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  while (!text.includes('A job of the project')) text += (await once(child.stdout, 'data')).join('');
  const during = readdirSync(files);
  child.kill('SIGINT');
  const [status] = await once(child, 'exit');
  expect(status).toBe(130);
  expect(during.length).toBeGreaterThan(before.length);
  expect(readdirSync(files)).toEqual(before);
});

describe('npm start -- <story>', () => {
  it.each([
    [
      'month',
      ['BUDGET 50 %: project churn', 'BUDGET 80 %: project churn', 'BUDGET RUNS OUT: project churn'],
      'STOPPED AT BUDGET: training job churn-sweep [growth]',
    ],
    ['copies', [], 'FAILED: training job churn-vit-20261120-000012 [vision]'],
    [
      'endpoint',
      ['ROLLING BACK: endpoint CreditRisk-Prod [risk]'],
      'ROLLED BACK (critical): endpoint CreditRisk-Prod [risk]',
    ],
  ])('tells %s', (name, before, last) => {
    const { status, stdout, stderr } = start([name]);
    expect([status, stderr, subjects(stdout)]).toEqual([0, '', [...before, last]]);
  });

  it('says why nobody is told', () => {
    const { stdout } = start(['copies']);
    expect(stdout).toMatch(/The same event comes again\n +Nobody is told +it has been announced already/);
    expect(stdout).toMatch(/comes last\n +Nobody is told +late/);
  });
});

describe('npm start refuses', () => {
  it.each([
    ['an unknown story', ['training-jobs'], 'there is no story "training-jobs"; did you mean training-job?'],
    ['an unknown option', ['--stories'], "Unknown option '--stories'"],
    ['two stories', ['budget', 'month'], 'one story at a time'],
    ['a story and --all', ['budget', '--all'], '--all prints every story'],
    ['a port that is none', ['--port', '99999'], '--port 99999 is not a port'],
  ])('%s', (_, args, why) => {
    const { status, stdout, stderr } = start(args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`start: ${why}`);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('a mistake in ground-control.yml, by its line', () => {
    const file = fileWith('wrong.yml', 'subscribers:\n  - mail: a@example.com\n');
    const { status, stderr } = start([], { GROUND_CONTROL_FILE: file });
    expect([status, stderr]).toEqual([2, expect.stringContaining('start: wrong.yml:2: subscribers[0].mail')]);
  });
});
