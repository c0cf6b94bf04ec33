import { join } from 'node:path';
import { GetScheduleCommand, ListSchedulesCommand, ResourceNotFoundException } from '@aws-sdk/client-scheduler';
import { describe, expect, it, onTestFinished } from 'vitest';
import { writeCompiledConfiguration } from '../../infrastructure/compiled-configuration.ts';
import { readConfigurationFile } from '../../infrastructure/configuration-file.ts';
import type { SimulatedResource } from '../../local/embedded-aws/resource.ts';
import { BudgetCheck } from '../../schemas/message/budget-check.ts';
import { changeFunction } from './clients.ts';
import { CONFIGURATION, PREFIX } from './deployment.ts';
import { type Inbox, openInbox } from './inbox.ts';
import { CAP, startPriced } from './priced-job.ts';
import { useSageMaker } from './sagemaker.ts';
import { folder, lambda, scheduler, until } from './stage.ts';

const aws = useSageMaker('budget');

const stops = () => aws().calls.flatMap(({ operation, input }) => (operation === 'StopTrainingJob' ? [input] : []));

/** The ARN of its job for each schedule that has not fired. */
async function scheduled(): Promise<string[]> {
  const GroupName = `${PREFIX}budgets`;
  const { Schedules = [] } = await scheduler.send(new ListSchedulesCommand({ GroupName }));
  const arns = await Promise.all(
    Schedules.map(async ({ Name }) => {
      try {
        const { Target } = await scheduler.send(new GetScheduleCommand({ GroupName, Name }));
        // Other schedules ask for a look at a month.
        return BudgetCheck.safeParse(JSON.parse(Target?.Input ?? '')).data?.job.arn ?? [];
      } catch (error) {
        // It fired after it was listed.
        if (error instanceof ResourceNotFoundException) return [];
        throw error;
      }
    }),
  );
  return arns.flat();
}

/** Waits until each of `jobs` has exactly one schedule. */
const areScheduled = (...jobs: SimulatedResource[]) =>
  until(async () => {
    const arns = await scheduled();
    return jobs.every(({ arn }) => arns.filter((one) => one === arn).length === 1);
  });

const start = (name: string, tags: Record<string, string>) => startPriced(aws().sageMaker, name, tags);

/** Causes of the next two alerts, by the name of the resource. */
async function causesOfTwo(inbox: Inbox, attempts?: number) {
  const alerts = [await inbox.next(attempts), await inbox.next()];
  return Object.fromEntries(alerts.map(({ resource, cause }) => [resource.name, cause?.code]));
}

describe('the budget function', () => {
  it('stops a job once when its schedule fires, and does not stop a protected job', async () => {
    const inbox = await openInbox();
    const overCap = await start('over-cap', { [CAP]: '0.70' });
    const protectedJob = await start('protected', { [CAP]: '0.70', 'ground-control:protected': 'true' });
    const underCap = await start('under-cap', { [CAP]: '1000' });
    await areScheduled(overCap, protectedJob, underCap);
    expect(stops()).toEqual([]);
    // Schedules fire at the beginning of a minute.
    expect(await causesOfTwo(inbox, 10)).toEqual({ 'over-cap': 'budget-stopped', protected: 'budget-protected' });
    expect(stops()).toEqual([{ TrainingJobName: 'over-cap' }]);
    expect([overCap.status, protectedJob.status, underCap.status]).toEqual(['Stopping', 'InProgress', 'InProgress']);
    // A second schedule verifies the end of the stopped job; another checks the protected job again in an hour.
    await areScheduled(overCap, protectedJob, underCap);
    expect(await inbox.count()).toBe(0);
  }, 240_000);

  it("stops the newest job of a project when the rest of the project's month does not last, and the older one goes on", async () => {
    const inbox = await openInbox();
    const older = await start('frugal-older', { [CAP]: '60', project: 'frugal' });
    await areScheduled(older);
    const newer = await start('frugal-newer', { [CAP]: '60', project: 'frugal' });
    expect(await causesOfTwo(inbox)).toEqual({
      'frugal-newer': 'budget-stopped',
      frugal: 'monthly-budget-short',
    });
    expect(stops()).toEqual([{ TrainingJobName: 'frugal-newer' }]);
    expect([older.status, newer.status]).toEqual(['InProgress', 'Stopping']);
  });

  it('stops nothing in the mode "observe"', async () => {
    const file = join(folder, 'observe.json');
    const { budgets, ...rest } = readConfigurationFile(CONFIGURATION);
    writeCompiledConfiguration({ ...rest, budgets: { ...budgets, mode: 'observe' } }, file);
    onTestFinished(await changeFunction(lambda, 'budget', { GROUND_CONTROL_CONFIG: file }));
    const inbox = await openInbox();
    const observed = await start('observed', { [CAP]: '0.10' });
    expect(await inbox.next()).toMatchObject({
      resource: { name: 'observed' },
      cause: { code: 'budget-observed' },
    });
    expect(observed.status).toBe('InProgress');
    expect(stops()).toEqual([]);
  });
});
