import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { useBudgetFunction } from '../support/budget-function.ts';
import { ARN, cappedJob, JOB, minutesIn, TAG } from '../support/capped-job.ts';
import { ROOT } from '../support/events.ts';
import { useLocalAws } from '../support/local-aws.ts';

const aws = useLocalAws();
const { check } = useBudgetFunction(aws);

it('audit shows a changed cap, from what to what and by which tag', async () => {
  for (const [minute, cap] of [
    [1, '5'],
    [2, '50'],
  ] as const) {
    aws().sageMaker.put(cappedJob({ tags: { [TAG]: cap } }));
    await check(JOB, minutesIn(minute));
  }
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['commands/audit.ts', '--stage', 'local', '--region', 'us-east-1', '--resource', ARN],
    { cwd: ROOT, env: process.env },
  );
  expect(stdout).toContain(`  cap-changed  training-job|${ARN}\n`);
  expect(stdout).toContain(
    `why: the cap was $5.00 of the tag ${TAG}, and is $50.00 of the tag ${TAG}; event: budget check`,
  );
});
