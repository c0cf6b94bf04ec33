import {
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DescribeSubscriptionFiltersCommand,
  FilterLogEventsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WORKER_ACTIVITY } from '../../adapters/logs/worker-activity.ts';
import { entryOf } from '../support/team-world.ts';
import { PREFIX } from './deployment.ts';
import { command, logs, until } from './stage.ts';

const logGroupName = WORKER_ACTIVITY;

/** What the function has written about metrics of the team. */
async function metrics(team: string): Promise<Record<string, unknown>[]> {
  const own = { logGroupName: `/aws/lambda/${PREFIX}workerActivity` };
  const { events = [] } = await logs.send(new FilterLogEventsCommand(own));
  return events
    .flatMap(({ message = '' }) => message.split('\n'))
    .filter((line) => line.includes('CloudWatchMetrics') && line.includes(team))
    .map((line) => JSON.parse(line.slice(line.indexOf('{'))));
}

describe('live metrics of labeling teams', () => {
  it('follow the log of worker activity after --connect, and no more after --disconnect', async () => {
    // The report on teams is tested with a log of its own.
    onTestFinished(async () => {
      await logs.send(new DeleteLogGroupCommand({ logGroupName }));
    });
    const first = command('workers', ['--connect']);
    expect([first.status, first.output]).toEqual([0, expect.stringContaining('was missing, and is created')]);
    const again = command('workers', ['--connect']);
    expect([again.status, again.output]).toEqual([0, expect.stringContaining('nothing to do')]);

    const stream = { logGroupName, logStreamName: 'worker-activity' };
    await logs.send(new CreateLogStreamCommand(stream));
    const at = Math.floor(Date.now() / 1000) * 1000;
    const message = JSON.stringify(entryOf({ worker: 1, team: 'emulated', at, wall: 12 }));
    await logs.send(new PutLogEventsCommand({ ...stream, logEvents: [{ timestamp: at, message }] }));
    await until(async () => (await metrics('emulated')).length >= 2);
    expect(await metrics('emulated')).toMatchObject([
      { service: PREFIX.slice(0, -1), team: 'emulated', TasksSubmitted: 1 },
      { service: PREFIX.slice(0, -1), team: 'emulated', TaskWallSeconds: 12 },
    ]);

    const last = command('workers', ['--disconnect']);
    expect([last.status, last.output]).toEqual([0, expect.stringContaining('is deleted')]);
    const { subscriptionFilters } = await logs.send(new DescribeSubscriptionFiltersCommand({ logGroupName }));
    expect(subscriptionFilters).toEqual([]);
  });
});
