import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from '../support/events.ts';
import { useLocalAws } from '../support/local-aws.ts';
import { entryOf, FIRST_DAY, LAST_DAY, subOf, tasksOf } from '../support/team-world.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';
import { POOL, userOf } from '../support/user-pools.ts';

const aws = useLocalAws();
const { folder, fileWith } = useTemporaryFolder();
const HOSTILE = '=cmd|"/c calc"!A1 <img src=x onerror=alert(1)> \u001b[31m\u202e';
const NAMES = ['Ada Lovelace', HOSTILE, 'Grace Hopper', 'Zoë', 'Lin'];

const entries = (workers: number) =>
  Array.from({ length: workers }, (_, worker) => tasksOf(worker, 2, [10]))
    .flat()
    .map((task) => JSON.stringify(entryOf(task)))
    .join('\n');

beforeEach(() => {
  aws().userPools.clear();
  aws().userPools.set(
    POOL,
    [...NAMES.keys()].map((worker) => userOf(worker, { name: NAMES[worker], email: `secret${worker}@example.com` })),
  );
});

/** What the command prints about a team of `size` workers. */
async function workers(size: number, args: string[], settings = `teams: { names: [${POOL}] }\n`) {
  const given = ['--from', FIRST_DAY, '--to', LAST_DAY, '--file', fileWith('logs.ndjson', entries(size))];
  const all = ['commands/workers.ts', ...given, '--config', fileWith('gc.yml', settings), ...args];
  const child = spawn(process.execPath, all, { cwd: ROOT, env: process.env });
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { output, errors, code };
}

describe('workers -- --names', () => {
  it('shows names beside other pseudonyms in JSON, and changes nothing else', async () => {
    const secret = fileWith('secret', 'x'.repeat(32));
    const [named, unnamed] = [
      await workers(6, ['--json', '--names', '--secret-file', secret]),
      await workers(6, ['--json', '--secret-file', secret]),
    ].map(({ output }) =>
      output
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    );
    // Pseudonyms of reports with names are made with another key, so workers come in another order.
    const figures = (lines: typeof named) =>
      lines?.map(({ name: _, worker, ...rest }) => ({ ...rest, is: typeof worker }));
    expect(figures(named)).toEqual(figures(unnamed));
    const known = new Set(unnamed?.flatMap(({ worker }) => worker ?? []));
    expect(named?.filter(({ worker }) => known.has(worker))).toEqual([]);
    expect(unnamed?.map(({ name }) => name)).toEqual(Array.from({ length: 8 }, () => null));
    const shown = named?.flatMap(({ kind, name }) => (kind === 'worker' ? [name] : []));
    // The sixth worker is in no pool.
    expect(shown?.sort()).toEqual(
      ['=cmd|"/c calc"!A1 <img src=x onerror=alert(1)>', 'Ada Lovelace', 'Grace Hopper', 'Lin', 'Zoë', null].sort(),
    );
  });

  it('shows names as text that no terminal, spreadsheet or browser runs', async () => {
    const html = join(folder, 'out.html');
    const [plain, csv] = [await workers(5, ['--names']), await workers(5, ['--names', '--csv'])];
    await workers(5, ['--names', '--html', html]);
    expect(plain.output).toContain('\n  =cmd|"/c calc"!A1 <img src=x onerror=alert(1)>:\n');
    expect(['\u001b', '\u202e'].filter((character) => plain.output.includes(character))).toEqual([]);
    expect(Math.max(...plain.output.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(csv.output).toContain(`,"'=cmd|""/c calc""!A1 <img src=x onerror=alert(1)>",`);
    const page = readFileSync(html, 'utf8');
    expect(page).not.toContain('<img');
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(page).toContain('Workers of vision with names and pseudonyms');
    expect(`${plain.output}${csv.output}${page}`).not.toMatch(/secret\d@|d6947aeb/);
  });

  it('says what names mean, and how many workers have none', async () => {
    const { errors, code } = await workers(6, ['--names', '--json']);
    expect(errors).toContain('workers: Names are from Amazon Cognito. They show whose each pseudonym is');
    expect(errors).toContain('workers: 1 worker has no name in the user pools.');
    expect(code).toBe(0);
  });

  it('asks Cognito nothing about a team whose workers are not shown', async () => {
    const { output } = await workers(4, ['--names']);
    expect(output).toContain('Fewer than 5 workers: only figures of the whole team are shown.');
    expect([output.includes('Ada'), aws().calls]).toEqual([false, []]);
  });

  it('is refused without user pools, and for a pool that does not exist', async () => {
    const none = await workers(5, ['--names'], 'chat: on\n');
    expect([none.output, none.code]).toEqual(['', 2]);
    expect(none.errors).toContain('--names: ground-control.yml has no user pools to look them up: set "teams.names"');
    aws().userPools.clear();
    const missing = await workers(5, ['--names']);
    expect([missing.output, missing.code]).toEqual(['', 2]);
    expect(missing.errors).toContain(`--names: there is no user pool ${POOL} in this account`);
  });

  it('is off by default, also with user pools', async () => {
    const { output } = await workers(5, []);
    expect([output.includes('Ada'), output.includes(subOf(1)), aws().calls]).toEqual([false, false, []]);
  });
});
