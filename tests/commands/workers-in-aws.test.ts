import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, it } from 'vitest';
import { WORKER_ACTIVITY } from '../../adapters/logs/worker-activity.ts';
import { ROOT } from '../support/events.ts';
import { useLocalAws } from '../support/local-aws.ts';
import { entryOf, FIRST_DAY, FROM, HOUR, LAST_DAY, tasksOf } from '../support/team-world.ts';

const aws = useLocalAws();
beforeEach(() => aws().logs.clear());

/** What the command prints about the log group of the embedded AWS. */
async function workers(...args: string[]) {
  const all = ['commands/workers.ts', '--from', FIRST_DAY, '--to', LAST_DAY, ...args];
  const child = spawn(process.execPath, all, { cwd: ROOT, env: process.env });
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { output, errors, code };
}

describe('workers without --file', () => {
  it('reads the log group in CloudWatch Logs, of the period and the one before', async () => {
    const tasks = [0, 1, 2, 3, 4].flatMap((worker) => tasksOf(worker, 2, [10]));
    const before = tasks.filter((_, nth) => nth % 2 === 0).map((task) => ({ ...task, at: task.at - 7 * 24 * HOUR }));
    const logged = [...tasks, ...before].map((task) => ({ at: task.at, message: JSON.stringify(entryOf(task)) }));
    aws().logs.put(WORKER_ACTIVITY, 'a', [...logged, { at: FROM, message: 'not JSON' }]);
    const { output, errors, code } = await workers('--json');
    const [team] = output.split('\n').map((line) => JSON.parse(line || 'null'));
    expect(team).toMatchObject({ kind: 'team', team: 'vision', tasks: 10, workers: 5, medianWallSeconds: 10 });
    expect(team.tasksChange).toBe(1);
    expect(errors).toContain('workers: region us-east-1 (AWS_REGION)\n');
    expect(errors).toContain(`workers: ${WORKER_ACTIVITY}: is not JSON\n`);
    expect(code).toBe(1);
  });

  it('refuses what is no region', async () => {
    const { errors, code } = await workers('--region', 'Europe');
    expect([errors, code]).toEqual([
      'workers: "Europe" (--region) is not a region like eu-west-1: give --region <region>, or set AWS_REGION\n',
      2,
    ]);
  });

  it('says that there is no log group, and what that may mean', async () => {
    const { output, errors, code } = await workers();
    expect([output, code]).toEqual(['', 2]);
    expect(errors).toContain(
      `workers: there is no log group ${WORKER_ACTIVITY} here: no private team has worked in this account and region`,
    );
  });
});
