import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { handler } from '../../../functions/training-job.ts';
import { localContext } from '../../../local/play/context.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import { TABLE } from '../../support/capped-job.ts';
import { trainingEvent } from '../../support/events.ts';
import { useLocalAws } from '../../support/local-aws.ts';
import { usePlannedFaults } from '../../support/planned-faults.ts';

const { fault, plan } = usePlannedFaults();
const aws = useLocalAws(Configuration.parse({ subscribers: [{ email: 'now@example.com' }] }), fault);
const MINUTE = 60_000;

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() }));
afterEach(() => void vi.useRealTimers());

/** The job `name` fails. Returns the error of the function, if it has one. */
const fail = (name: string) => {
  const TrainingJobArn = `arn:aws:sagemaker:us-east-1:123456789012:training-job/${name}`;
  const event = trainingEvent({ TrainingJobName: name, TrainingJobArn });
  return handler(event, localContext('trainingJob')).then(() => undefined, String);
};

it('an alert that is given up in a storm waits for whom it may have reached: nobody can know that it has', async () => {
  plan({ operation: 'Publish', kind: 'lost', about: 'in-doubt' }, 3);
  for (let attempt = 0; attempt < 3; attempt++) {
    expect(await fail('in-doubt')).toContain('notify');
    vi.setSystemTime(Date.now() + MINUTE);
  }
  vi.setSystemTime(Date.now() + 10 * MINUTE);
  for (let other = 0; other < 5; other++) expect(await fail(`other-${other}`)).toBeUndefined();
  expect(await fail('in-doubt')).toBeUndefined();
  expect(aws().publications.filter(({ subject }) => subject?.includes('in-doubt'))).toHaveLength(3);
  const { Items = [] } = await new DynamoDBClient({}).send(new ScanCommand({ TableName: TABLE }));
  const waiting = Items.map((item) => unmarshall(item)).filter(({ pk, alert }) => /^window#storm/.test(pk) && alert);
  expect(waiting.map(({ alert }) => alert.name)).toEqual(['in-doubt']);
});
