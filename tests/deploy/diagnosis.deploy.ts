import { CreateLogGroupCommand, CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, it } from 'vitest';
import { describedJob } from '../../local/play/described-job.ts';
import { openInbox } from './inbox.ts';
import { useSageMaker } from './sagemaker.ts';
import { failedTraining, logs, put } from './stage.ts';

const aws = useSageMaker('diagnosis');
const GROUP = { logGroupName: '/aws/sagemaker/TrainingJobs' };
const TRACEBACK = ['Traceback (most recent call last):', '  File "train.py", line 3', "KeyError: 'label'"];

describe('the alert about a failed job', () => {
  it('has the end of its log in CloudWatch, which only the function diagnosis reads', async () => {
    const ended = Date.now();
    const event = failedTraining('with-log', {
      FailureReason: 'AlgorithmError: See job logs for more information',
      TrainingStartTime: new Date(ended - 60_000).toISOString(),
      TrainingEndTime: new Date(ended).toISOString(),
    });
    const job = describedJob(event);
    if (job === undefined) throw new Error('the event is about a job');
    aws().sageMaker.put(job);
    const stream = { ...GROUP, logStreamName: 'with-log/algo-1-1795143600' };
    await logs.send(new CreateLogGroupCommand(GROUP));
    await logs.send(new CreateLogStreamCommand(stream));
    const logEvents = ['epoch 1', ...TRACEBACK].map((message, at) => ({ timestamp: ended - 1000 + at, message }));
    await logs.send(new PutLogEventsCommand({ ...stream, logEvents }));
    const inbox = await openInbox();
    await put(event);
    const alert = await inbox.next();
    expect(alert).toMatchObject({
      resource: { name: 'with-log' },
      log: { stream: stream.logStreamName, lines: TRACEBACK, note: null },
    });
  });
});
