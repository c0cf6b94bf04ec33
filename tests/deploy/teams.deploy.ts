import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { GetFunctionConfigurationCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetScheduleCommand } from '@aws-sdk/client-scheduler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WORKER_ACTIVITY } from '../../adapters/logs/worker-activity.ts';
import { lastPeriod } from '../../domain/teams/period.ts';
import { keyOf, nameOfReport } from '../../domain/teams/render/files.ts';
import { entryOf, subOf } from '../support/team-world.ts';
import { PREFIX } from './deployment.ts';
import { openInbox } from './inbox.ts';
import { command, lambda, logs, s3, scheduler } from './stage.ts';

const FUNCTION = `${PREFIX}teamReport`;
const now = new Date();
const period = lastPeriod('weekly', now, 'UTC');
const report = nameOfReport(period);
/** Six workers with two tasks each, on the last afternoon of the week. */
const tasks = [0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5].map((worker, nth) => ({
  worker,
  at: period.to - (12 - nth) * 600_000,
  wall: 30,
}));

/** Invokes the function as its schedule does: the test does not wait for Monday, so the schedule itself never fires. */
async function run() {
  const Payload = JSON.stringify({
    schema: 'ground-control/team-report',
    version: '1.0',
    scheduledAt: now.toISOString(),
  });
  const { Payload: answer, FunctionError } = await lambda.send(new InvokeCommand({ FunctionName: FUNCTION, Payload }));
  const text = Buffer.from(answer ?? []).toString('utf8');
  expect([FunctionError, FunctionError && text]).toEqual([undefined, undefined]);
  return JSON.parse(text);
}

afterAll(async () => {
  await logs.send(new DeleteLogGroupCommand({ logGroupName: WORKER_ACTIVITY }));
});
beforeAll(async () => {
  const group = { logGroupName: WORKER_ACTIVITY };
  const stream = { ...group, logStreamName: 'workers' };
  await logs.send(new CreateLogGroupCommand(group));
  await logs.send(new CreateLogStreamCommand(stream));
  const logEvents = tasks.map((task) => ({ timestamp: task.at, message: JSON.stringify(entryOf(task)) }));
  await logs.send(new PutLogEventsCommand({ ...stream, logEvents }));
  const Bucket = 'amzn-s3-demo-labels';
  await s3.send(new CreateBucketCommand({ Bucket }));
  for (const { worker, at } of tasks) {
    const time = new Date(at).toISOString();
    const Key = `output/cats/annotations/worker-response/iteration-1/${worker}/${time.slice(0, 19).replace('T', '_')}.json`;
    const workerMetadata = { identityData: { identityProviderType: 'Cognito', issuer: 'x', sub: subOf(worker) } };
    const answer = { submissionTime: time, timeSpentInSeconds: 7.5, workerId: `worker${worker}`, workerMetadata };
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: JSON.stringify({ answers: [answer] }) }));
  }
});

describe('the weekly report on labeling teams', () => {
  it('has a schedule in the time zone of the configuration', async () => {
    const schedule = await scheduler.send(
      new GetScheduleCommand({ GroupName: `${PREFIX}teams`, Name: `${PREFIX}team-report` }),
    );
    expect(schedule).toMatchObject({
      ScheduleExpression: 'cron(0 7 ? * MON *)',
      ScheduleExpressionTimezone: 'UTC',
      Target: {
        Arn: expect.stringContaining(FUNCTION),
        Input: expect.stringContaining('<aws.scheduler.scheduled-time>'),
      },
    });
  });

  it('leads to one mail, and to a page, a CSV and JSON lines in S3, also when it is made twice', async () => {
    const inbox = await openInbox();
    expect(await run()).toEqual({ report, teams: 1, unreadable: 0, isTold: true });
    const alert = await inbox.next();
    expect(alert).toMatchObject({
      severity: 'info',
      family: 'labeling-job',
      resource: { type: 'report' },
      cause: { code: 'labeling-report' },
    });
    expect(await run()).toMatchObject({ report, isTold: true });
    expect(await inbox.count()).toBe(0);
    const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: FUNCTION }));
    const Bucket = Environment?.Variables?.['TEAM_REPORTS_BUCKET'];
    const read = async (name: Parameters<typeof keyOf>[1]) => {
      const { Body, ContentType } = await s3.send(new GetObjectCommand({ Bucket, Key: keyOf(report, name) }));
      return { text: (await Body?.transformToString()) ?? '', ContentType };
    };
    expect(await read('report.html')).toMatchObject({
      text: expect.stringContaining('<!DOCTYPE html>'),
      ContentType: 'text/html; charset=utf-8',
    });
    expect((await read('report.csv')).text.split('\n')).toHaveLength(10);
    const [team] = (await read('report.jsonl')).text.split('\n').map((line) => JSON.parse(line || 'null'));
    expect(team).toMatchObject({ tasks: 12, workers: 6, medianWallSeconds: 30, medianActiveSeconds: 7.5 });
  });

  it('is listed, linked and made again by the command', async () => {
    expect(command('workers', ['--list'])).toMatchObject({ status: 0, output: expect.stringContaining(report) });
    const { status, output } = command('workers', ['--open', report]);
    expect([status, output]).toEqual([0, expect.stringContaining('X-Amz-Signature=')]);
    const page = await fetch(/^http\S+/m.exec(output)?.[0] ?? '');
    expect(await page.text()).toContain('<!DOCTYPE html>');
    expect(command('workers', ['--json']).output).toContain('"tasks":12');
  });
});
