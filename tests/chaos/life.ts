/** Plays the planned changes of a job in real time. */
import { setTimeout as delay } from 'node:timers/promises';
import type { LocalAws } from '../../local/embedded-aws/start.ts';
import { labelingResource, leaveBehind } from './labeling.ts';
import type { Lambda } from './lambda.ts';
import type { PlannedChange, PlannedJob } from './lifecycle.ts';
import { detailOf, eventOf, tagsOf } from './plan.ts';

/** Plays one job. The simulated SageMaker shows each change at once; events arrive as planned. */
export async function live(
  job: PlannedJob,
  begin: number,
  lambda: Lambda,
  aws: LocalAws,
  log: (name: string, line: string) => void,
): Promise<void> {
  const queueUrl = process.env['LABELING_QUEUE_URL'] ?? '';
  await Promise.all(
    job.changes.flatMap((change) => {
      const happened = delay(Math.max(0, begin + change.at - Date.now())).then(() => happen(job, change, begin, aws));
      if (change.deliveries.length === 0) log(job.name, `the event of ${change.status} never comes`);
      const comes = async (at: number, copy: number) => {
        await delay(Math.max(0, begin + at - Date.now()));
        if (at >= change.at) await happened;
        log(job.name, `${change.status}, copy ${copy + 1}, comes`);
        const event = eventOf(job, change, begin, copy);
        if (isSight(job, change)) aws.messages.push({ queueUrl, body: JSON.stringify(event) });
        else await lambda.invoke(job.functionName, event);
      };
      return [happened, ...change.deliveries.map(comes)];
    }),
  );
}

/**
 * Whether reconciliation, not SageMaker, sends the event: SageMaker sends events only for the end of a labeling job.
 */
const isSight = (job: PlannedJob, change: PlannedChange) =>
  job.labeling !== undefined && change.status === 'InProgress';

function happen(job: PlannedJob, change: PlannedChange, begin: number, aws: LocalAws): void {
  if (job.labeling !== undefined && change.status !== 'InProgress') leaveBehind(aws, job, job.labeling);
  aws.sageMaker.put({
    type: job.type,
    name: job.name,
    arn: job.arn,
    status: change.status,
    ...(job.type === 'training-job' ? { secondaryStatus: change.secondaryStatus } : {}),
    createdAt: new Date(job.createdAt),
    modifiedAt: new Date(begin + change.at),
    ...(job.budget !== undefined && { tags: tagsOf(job.budget), detail: detailOf(job, change, begin) }),
    ...(job.labeling !== undefined && labelingResource(job, job.labeling, change)),
  });
}
