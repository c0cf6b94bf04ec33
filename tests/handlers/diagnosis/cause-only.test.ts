import { beforeEach, expect, it } from 'vitest';
import { localContext } from '../../../local/play/context.ts';
import { describedJob } from '../../../local/play/described-job.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import { trainingEvent } from '../../support/events.ts';
import { useLocalAws } from '../../support/local-aws.ts';

const aws = useLocalAws(Configuration.parse({ logs: 'tail', chat: 'on', reasons: 'cause-only' }));
beforeEach(() => aws().emptyTable());

const QUOTED = 'torch.OutOfMemoryError: CUDA out of memory: words-of-others';
const event = trainingEvent({
  TrainingStartTime: '2026-11-20T01:00:00Z',
  TrainingEndTime: '2026-11-20T03:00:00Z',
  FailureReason: 'AlgorithmError: words-of-others, exit code: 1',
  ResourceConfig: { InstanceType: 'ml.g5.2xlarge', InstanceCount: 1 },
});

it('with reasons: cause-only, a log tells the cause, and none of its lines is shown', async () => {
  const job = describedJob(event);
  if (job !== undefined) aws().sageMaker.put(job);
  const lines = ['Traceback (most recent call last):', '  File "train.py", line 3', QUOTED];
  aws().logs.put(
    '/aws/sagemaker/TrainingJobs',
    'churn/algo-1-1795143600',
    lines.map((message, at) => ({ at, message })),
  );
  await (await import('../../../functions/training-job.ts')).handler(event, localContext('trainingJob'));
  const { handler } = await import('../../../functions/diagnosis.ts');
  for (const body of aws().take('diagnosis')) await handler({ Records: [{ body }] }, localContext('diagnosis'));
  const [alert] = aws().publications;
  const message = JSON.parse(alert?.bodies.get('default') ?? '');
  expect(message).toMatchObject({ cause: { code: 'gpu-memory' }, reason: null, log: null });
  for (const body of alert?.bodies.values() ?? []) expect(body).not.toContain('words-of-others');
});
