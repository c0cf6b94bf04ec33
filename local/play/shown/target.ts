/** What an AWS call is about, in a few words. */
import * as z from 'zod';

/** The name of the resource that is called, and which item of the table is read or written. */
export function targetOf(input: Readonly<Record<string, unknown>>): string {
  const name =
    input['TopicArn'] ??
    input['QueueUrl'] ??
    input['TableName'] ??
    input['ScheduleExpression'] ??
    input['TrainingJobName'] ??
    input['LabelingJobName'] ??
    input['logGroupName'] ??
    input['SecretId'] ??
    input['Key'];
  const { pk } = Keyed.catch({}).parse(input['Key'] ?? input['Item']);
  const item = pk === undefined ? '' : `  ${ITEMS[pk.S.split('#')[0] ?? ''] ?? ''}`;
  const shown = typeof name !== 'string' ? '' : name.startsWith('at(') ? name : name.slice(name.search(/[^:/]*$/));
  return `${shown}${item}`;
}

const Keyed = z.object({ pk: z.object({ S: z.string() }) }).partial();
const ITEMS: Readonly<Record<string, string>> = {
  resource: 'the status of the resource',
  effect: 'the lock against a second alert',
  audit: 'the audit record',
  burst: 'what the group has just got',
  window: 'what waits',
  parent: 'the parts of what runs jobs',
  snoozes: 'what people snoozed',
  'step-job': 'the step that runs the job, if any',
};
