import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import {
  CloudWatchLogsClient,
  DescribeSubscriptionFiltersCommand,
  PutSubscriptionFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { beforeEach, describe, expect, it } from 'vitest';
import { WORKER_ACTIVITY } from '../../adapters/logs/worker-activity.ts';
import { ROOT } from '../support/events.ts';
import { useLocalAws } from '../support/local-aws.ts';

let isThrottled = false;
const aws = useLocalAws(undefined, ({ service }) => {
  if (!isThrottled || service !== 'logs') return undefined;
  isThrottled = false;
  return { kind: 'throttle' };
});
const FUNCTION = 'ground-control-prod-workerActivity';
const ARN = `arn:aws:lambda:us-east-1:000000000000:function:${FUNCTION}`;
const OTHER = 'arn:aws:lambda:us-east-1:000000000000:function:forwarder';

beforeEach(() => {
  aws().logs.clear();
  aws().functions.clear();
  aws().functions.set(FUNCTION, { mayLogsCall: true });
});

async function workers(...args: string[]) {
  const child = spawn(process.execPath, ['commands/workers.ts', ...args], { cwd: ROOT, env: process.env });
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { output, errors, code };
}
const connect = () => workers('--connect', '--stage', 'prod');
const disconnect = () => workers('--disconnect', '--stage', 'prod');

const logGroupName = WORKER_ACTIVITY;
const putFilter = (filterName: string, destinationArn: string, filterPattern = '') =>
  new CloudWatchLogsClient().send(
    new PutSubscriptionFilterCommand({ logGroupName, filterName, filterPattern, destinationArn }),
  );
async function filters() {
  const command = new DescribeSubscriptionFiltersCommand({ logGroupName });
  const { subscriptionFilters = [] } = await new CloudWatchLogsClient().send(command);
  return subscriptionFilters.map(({ filterName, destinationArn, filterPattern }) => [
    filterName,
    destinationArn,
    filterPattern,
  ]);
}
const OWN = ['ground-control-prod', ARN, ''];
const changes = () =>
  aws()
    .calls.map(({ operation }) => operation)
    .filter((operation) => !/^(?:Describe|Get)/.test(operation));

describe('workers -- --connect', () => {
  it('creates the log group and the filter, and says so', async () => {
    const { output, errors, code } = await connect();
    expect([errors, code]).toEqual(['workers: stage prod, region us-east-1 (AWS_REGION)\n', 0]);
    expect(output.split('\n')).toEqual([
      `The log group ${WORKER_ACTIVITY} was missing, and is created. SageMaker writes there what workers do.`,
      'It keeps entries, which are personal data, for ever: set a retention in CloudWatch Logs.',
      'Its filters were: none.',
      `The filter ground-control-prod is created: it sends every entry to the function ${FUNCTION}.`,
      'Within a minute of an entry, CloudWatch has metrics by team in the namespace GroundControl.',
      'They are not anonymous: while one person of a team works, they are those of this person (docs/teams.md).',
      '',
    ]);
    expect(await filters()).toEqual([OWN]);
  });

  it('does nothing the second time', async () => {
    await connect();
    aws().clear();
    const { output, code } = await connect();
    expect(output).toContain(
      `was there. Its retention is not changed.\nIts filters were: ground-control-prod (to ${ARN}).\n`,
    );
    expect(output).toContain(`The filter ground-control-prod sends every entry to ${FUNCTION}: nothing to do.`);
    expect([changes(), code]).toEqual([[], 0]);
  });

  it('leaves the filter of another tool, and corrects its own', async () => {
    aws().logs.put(WORKER_ACTIVITY, 'a', []);
    await putFilter('forwarder', OTHER);
    await putFilter('ground-control-prod', ARN, '{ $.event_type = "TasksSubmitted" }');
    const { output, code } = await connect();
    expect(output).toContain('The filter ground-control-prod is changed: it sends every entry');
    expect([await filters(), code]).toEqual([[['forwarder', OTHER, ''], OWN], 0]);
  });

  it('adds no second filter for a function that has one by another name, which would count twice', async () => {
    aws().logs.put(WORKER_ACTIVITY, 'a', []);
    await putFilter('made-by-hand', ARN);
    aws().clear();
    const { output } = await connect();
    expect(output).toContain('The filter made-by-hand sends every entry');
    expect(changes()).toEqual([]);
  });

  it('warns when another filter sends to the function, too', async () => {
    aws().logs.put(WORKER_ACTIVITY, 'a', []);
    await putFilter('made-by-hand', ARN, '{ $.event_type = "TasksSubmitted" }');
    const { output, code } = await connect();
    expect(output).toContain(
      'Warning: made-by-hand also sends entries to this function, so metrics count them several times.',
    );
    expect(code).toBe(0);
  });

  it('refuses when others have taken all filters, and names them without their escapes', async () => {
    aws().logs.put(WORKER_ACTIVITY, 'a', []);
    await putFilter('forwarder', OTHER);
    await putFilter('\u001b[31msecond', OTHER);
    const { errors, code } = await connect();
    expect(errors).toContain(
      `workers: the log group ${WORKER_ACTIVITY} allows no more subscription filters. Others have taken them: ` +
        `forwarder (to ${OTHER}), second (to ${OTHER}). Remove one of them first`,
    );
    expect(code).toBe(2);
  });

  it('refuses a stage without the function, and changes nothing', async () => {
    const { output, errors, code } = await workers('--connect', '--stage', 'test');
    expect([output, code, changes()]).toEqual(['', 2, []]);
    expect(errors).toContain(
      'workers: there is no function ground-control-test-workerActivity in us-east-1: set "teams.live: on" in ' +
        'ground-control.yml and deploy stage "test"',
    );
  });

  it('says what to do when CloudWatch Logs may not call the function', async () => {
    aws().functions.set(FUNCTION, { mayLogsCall: false });
    const { errors, code } = await connect();
    expect(errors).toContain(`CloudWatch Logs may not call ${ARN}: deploy the stage again with "teams.live: on"`);
    expect(code).toBe(2);
  });

  it('tries again when it is throttled', async () => {
    isThrottled = true;
    const { code } = await connect();
    expect([isThrottled, code, await filters()]).toEqual([false, 0, [OWN]]);
  });

  it.each([
    [['--connect'], '--stage is missing'],
    [['--connect', '--disconnect', '--stage', 'prod'], 'give --connect or --disconnect, not both'],
    [['--connect', '--stage', 'prod', '--json'], "Unknown option '--json'"],
    [['--connect', '--stage', 'a/b'], '--stage "a/b" is not a name'],
  ])('refuses %j', async (args, why) => {
    const { errors, code } = await workers(...args);
    expect(errors).toContain(`workers: ${why}`);
    expect(errors).toContain('(--connect | --disconnect) --stage <stage> [--region <region>]');
    expect([code, aws().calls]).toEqual([2, []]);
  });
});

describe('workers -- --disconnect', () => {
  it('deletes its own filter only, also when the function is gone', async () => {
    await connect();
    await putFilter('forwarder', OTHER);
    aws().functions.clear();
    const { output, code } = await disconnect();
    expect(output).toContain(`The filter ground-control-prod is deleted: no entries go to the function ${FUNCTION}`);
    expect([await filters(), code]).toEqual([[['forwarder', OTHER, '']], 0]);
  });

  it('names filters that others made for the function, and deletes none of them', async () => {
    await connect();
    await putFilter('made-by-hand', `${ARN}:live`);
    const { output, code } = await disconnect();
    expect(output).toContain('The filter ground-control-prod is deleted.\n');
    expect(output).toContain(
      `Entries still go to the function ${FUNCTION} by filters that others made: made-by-hand. Delete them with`,
    );
    expect([await filters(), code]).toEqual([[['made-by-hand', `${ARN}:live`, '']], 0]);
  });

  it('has nothing to do without a filter, or without a log group', async () => {
    expect(await disconnect()).toMatchObject({ output: expect.stringContaining('There was no filter'), code: 0 });
    aws().logs.put(WORKER_ACTIVITY, 'a', []);
    expect(await disconnect()).toMatchObject({ output: expect.stringContaining('There was no filter'), code: 0 });
  });
});
