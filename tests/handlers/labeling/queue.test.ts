import { describe, expect, it } from 'vitest';
import { decide } from '../../../domain/decide.ts';
import { handlerOf } from '../../../handlers/event.ts';
import { buildHandOverServices } from '../../../handlers/labeling/hand-over.ts';
import { localContext } from '../../../local/play/context.ts';
import { HumanReviewStateChange } from '../../../schemas/event/human-review.ts';
import { LabelingJobStateChange } from '../../../schemas/event/labeling-job.ts';
import { EXPIRED, useLabelingFunction } from '../../support/labeling-function.ts';
import { labelingResults } from '../../support/labeling-results.ts';
import { useLocalAws } from '../../support/local-aws.ts';

const aws = useLocalAws();
const labeling = useLabelingFunction(aws);
const { alerts, details } = labelingResults(aws);

const handler = handlerOf(LabelingJobStateChange, decide, buildHandOverServices);
const receive = (event: object) => handler(event, localContext('labelingJob'));

describe('the function of labeling events', () => {
  const failed = (id: string) => ({
    'detail-type': 'SageMaker Ground Truth Labeling Job State Change',
    source: 'aws.sagemaker',
    id,
    resources: [EXPIRED.LabelingJobArn],
    detail: { LabelingJobStatus: 'Failed' },
  });

  it('puts the end of a job into the queue of the labeling function, and ignores copies of an announced end', async () => {
    expect(await receive(failed('e1'))).toMatchObject({ outcome: 'handed-over' });
    const [body = ''] = aws().take('labeling');
    expect(JSON.parse(body)).toMatchObject({
      schema: 'ground-control/event-reference',
      resource: { type: 'labeling-job', arn: EXPIRED.LabelingJobArn },
      event: { id: 'e1' },
      state: { status: 'Failed' },
    });
    await labeling.receive();
    expect(await receive(failed('e2'))).toMatchObject({
      outcome: 'ignored',
      reason: 'it has been announced already',
    });
    expect(aws().take('labeling')).toEqual([]);
  });

  it('counts the ends of tasks, each event once, for the alert at the end of the job', async () => {
    const task = (State: string, id: string) => ({
      'detail-type': 'SageMaker Ground Truth Labeling Job Task Status Change',
      source: 'aws.sagemaker',
      id,
      detail: { State, 'labeling-job-arn': EXPIRED.LabelingJobArn },
    });
    for (const [state, id] of [
      ['Declined', 'a'],
      ['Declined', 'a'],
      ['Declined', 'b'],
      ['Expired', 'c'],
      ['Returned', 'd'],
      ['Accepted', 'e'],
    ] as const) {
      await receive(task(state, id));
    }
    // SageMaker sends a second kind of event about the same tasks: they count once.
    const humanTask = { 'detail-type': 'SageMaker Human Task Declined', source: 'aws.sagemaker', detail: {} };
    const review = handlerOf(HumanReviewStateChange, decide);
    for (const id of ['f', 'g', 'h']) {
      await review({ ...humanTask, id, resources: [EXPIRED.LabelingJobArn] }, localContext('humanReview'));
    }
    expect(alerts()).toEqual([]);
    await labeling.receive();
    expect(details()['Tasks']).toBe('3 declined, 1 returned, 1 expired');
  });
});
