/** Every type of job that has a log, from its failure to the lines in its alert. */
import { beforeEach, describe, expect, it } from 'vitest';
import { jobOf, logsOf } from '../../../domain/diagnosis/diagnosis.ts';
import { handler as diagnosis } from '../../../functions/diagnosis.ts';
import { handler as processingJob } from '../../../functions/processing-job.ts';
import { handler as trainingJob } from '../../../functions/training-job.ts';
import { handler as transformJob } from '../../../functions/transform-job.ts';
import { handler as tuningJob } from '../../../functions/tuning-job.ts';
import { localContext } from '../../../local/play/context.ts';
import { describedJob } from '../../../local/play/described-job.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import { ProcessingJobStateChange } from '../../../schemas/event/processing-job.ts';
import { TransformJobStateChange } from '../../../schemas/event/transform-job.ts';
import { AlertMessage } from '../../../schemas/message/alert.ts';
import { readEvent } from '../../support/events.ts';
import { useLocalAws } from '../../support/local-aws.ts';

const aws = useLocalAws(Configuration.parse({ logs: 'tail', budgets: { monthly: { project: { churn: 1000 } } } }));
beforeEach(async () => {
  await aws().emptyTable();
  aws().sageMaker.resources.clear();
});

/** The function `diagnosis` gets its messages. */
async function deliver() {
  for (const body of aws().take('diagnosis')) await diagnosis({ Records: [{ body }] }, localContext('diagnosis'));
}

/** More hosts than a diagnosis reads one by one: it asks for lines with errors first. */
const HOSTS = 60;
const LINES = ['Traceback (most recent call last):', '  File "job.py", line 3', 'KeyError: "label"'];

const JOBS = [
  {
    name: 'processingJob',
    handler: processingJob,
    schema: ProcessingJobStateChange,
    sample: 'events/processing-job/failed.json',
    group: '/aws/sagemaker/ProcessingJobs',
  },
  {
    name: 'transformJob',
    handler: transformJob,
    schema: TransformJobStateChange,
    sample: 'events/transform-job/failed.json',
    group: '/aws/sagemaker/TransformJobs',
  },
] as const;

describe.each(JOBS)('the alert about a failed $name', ({ name, handler, schema, sample, group }) => {
  it('comes from the function diagnosis, with the lines of its log that matter', async () => {
    const sent = readEvent(sample);
    const event = { ...sent, detail: { ...sent.detail, FailureReason: 'AlgorithmError: See job logs' } };
    const change = schema.parse(event);
    const described = describedJob(event);
    if (described === undefined) throw new Error(`${sample} describes no job`);
    aws().sageMaker.put(described);
    const job = jobOf(change);
    const logs = job && logsOf(job);
    const end = (change.endedAt ?? change.event.at ?? new Date()).getTime();
    for (let host = 1; host <= HOSTS; host++)
      aws().logs.put(
        group,
        `${logs?.streamPrefix}algo-${host}-${end}`,
        (host === 47 ? LINES : ['step 1', 'step 2']).map((message, at) => ({ at: end - 100 + at, message })),
      );
    await handler(event, localContext(name));
    await deliver();
    const [publication] = aws().publications;
    expect(AlertMessage.parse(JSON.parse(publication?.bodies.get('lambda') ?? '')).log?.lines).toEqual(LINES);
    expect(aws().calls.map(({ operation }) => operation)).toContain('FilterLogEvents');
  });
});

describe('the function diagnosis', () => {
  it('asks for a check of the month when a job with a budget has failed', async () => {
    const event = readEvent('events/training-job/failed.json');
    const described = describedJob(event);
    if (described !== undefined) aws().sageMaker.put(described);
    await trainingJob(event, localContext('trainingJob'));
    await deliver();
    expect(aws().publications).toHaveLength(1);
    expect(aws().take('budget').length).toBeGreaterThan(0);
  });

  it('keeps in the table what the spot training jobs of a failed tuning job cost', async () => {
    const sent = readEvent('events/tuning-job/failed.json');
    const definition = { ...sent.detail.TrainingJobDefinition, EnableManagedSpotTraining: true };
    const event = { ...sent, detail: { ...sent.detail, TrainingJobDefinition: definition } };
    const described = describedJob(event);
    if (described !== undefined) aws().sageMaker.put(described);
    await tuningJob(event, localContext('tuningJob'));
    await deliver();
    expect(aws().publications).toHaveLength(1);
    expect(aws().calls.map(({ operation }) => operation)).toContain('Query');
  });
});
