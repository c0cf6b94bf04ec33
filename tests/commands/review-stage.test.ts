import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { reviewsIn } from '../../adapters/dynamodb/reviews.ts';
import { ROOT } from '../support/events.ts';
import { useLocalAws } from '../support/local-aws.ts';
import { compare, moderation } from '../support/review.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

const aws = useLocalAws();
const { folder } = useTemporaryFolder();
const FLOW = 'flow-definition-name';

beforeAll(async () => {
  await aws().emptyTable();
  const reviews = reviewsIn(process.env['STATE_TABLE'] ?? '', 400);
  const loops = [
    ['2026-10-01', [['A'], ['A'], []]],
    ['2026-10-02', [[]]],
    ['2026-10-02', [['A']]],
    ['2026-10-31', [['A']]],
  ] as const;
  for (const [at, [day, answers]] of loops.entries())
    await reviews.count(`loop-${at}`, day, compare(moderation({ A: 80 }, answers)));
  const at = join(folder, 'ground-control.yml');
  writeFileSync(
    at,
    `review: { flows: { ${FLOW}: { output: 's3://reviews/f', level: 90 }, other: { output: 's3://reviews/o' } } }\n`,
  );
});

async function review(...args: string[]) {
  const given = ['commands/review.ts', '--stage', 'local', '--region', 'us-east-1', ...args];
  const config = args.includes('--config') ? [] : ['--config', join(folder, 'ground-control.yml')];
  const run = promisify(execFile)(process.execPath, [...given, ...config], { cwd: ROOT, env: process.env });
  return run.catch((error: { stdout: string; stderr: string; code: number }) => error);
}

describe('review --stage', () => {
  it('reports on the sums of the stage', async () => {
    const { stdout, stderr } = await review('--json');
    expect(stderr).toBe('review: stage local, region us-east-1 (--region)\n');
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({
      kind: 'flow',
      flow: FLOW,
      reason: null,
      n: 4,
      confirmed: 3,
      rejected: 1,
      objects: 4,
    });
    expect(lines.at(-1)).toMatchObject({ kind: 'summary', objects: 4, compared: 4 });
  });

  it('reports on days, in text', async () => {
    const { stdout } = await review('--from', '2026-10-02', '--to', '2026-10-02', '--flow', FLOW);
    expect(stdout).toMatch(/^Human answers against the model\n2 objects are compared/);
    expect(stdout).toContain('1 confirmed, 1 rejected, 0 added');
  });

  it('takes a flow by its ARN', async () => {
    const { stdout } = await review('--flow', `arn:aws:sagemaker:us-east-1:111122223333:flow-definition/${FLOW}`);
    expect(stdout).toContain('4 objects are compared');
  });

  it.each([
    [['--flow', 'other'], 'the stage has compared no loop of it on these days'],
    [['--stage', 'missing'], 'there is no table ground-control-missing-state in us-east-1'],
    [['--config', join(ROOT, 'ground-control.yml')], 'sets no review.flows.<flow>.output'],
    [['a2i-output'], 'give files and folders, or --stage'],
  ])('refuses %j', async (args, why) => {
    expect(await review(...args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(why) });
  });
});
