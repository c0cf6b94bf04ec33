/**
 * Plays human loops of Amazon A2I in which people check the labels that a model gave to pictures, with the production
 * functions on the embedded AWS.
 *
 * The model sees violence where people see none. After thirty answers it is certain enough to tell people. The story has
 * its own clock.
 */
import { decide } from '../../domain/decide.ts';
import { handlerOf } from '../../handlers/event.ts';
import { buildHumanReviewServices } from '../../handlers/review/hand-over.ts';
import { reviewHandler } from '../../handlers/review/handler.ts';
import { buildReviewServices } from '../../handlers/review/services.ts';
import type { Configuration } from '../../schemas/configuration/file.ts';
import { HumanReviewStateChange } from '../../schemas/event/human-review.ts';
import { type LocalAws, startLocalAws } from '../embedded-aws/start.ts';
import { localContext } from '../play/context.ts';
import { type Moment, withoutBreaker } from './moment.ts';

const FLOW = 'photo-moderation';
const FLOW_ARN = `arn:aws:sagemaker:us-east-1:123456789012:flow-definition/${FLOW}`;
const OUTPUT = `s3://amzn-s3-demo-bucket/${FLOW}/`;
const SOURCE = 'AWS/Rekognition/DetectModerationLabels/Image/V3';
/** So many answers say enough (`ENOUGH` in domain/review/level.ts). */
const LOOPS = 30;
const HOUR = 3_600_000;
/** Percent of agreement that the story expects. */
const LEVEL = 90;

/** Plays the story with alerts about completed loops. Calls `show` after each step. */
export async function tellReviewStory(configuration: Configuration, show: (moment: Moment) => void): Promise<void> {
  const flow = { output: OUTPUT, level: LEVEL, fields: [], approved: [], set: false };
  const aws = await startLocalAws({
    ...withoutBreaker(configuration),
    alerts: { ...configuration.alerts, 'human-review': ['completed'] },
    review: { ...configuration.review, flows: { [FLOW]: flow } },
  });
  try {
    await tell(aws, show);
  } finally {
    await aws.stop();
  }
}

async function tell(aws: LocalAws, show: (moment: Moment) => void): Promise<void> {
  let now = new Date();
  const humanReview = handlerOf(HumanReviewStateChange, decide, buildHumanReviewServices);
  const review = reviewHandler(HumanReviewStateChange, decide, () => buildReviewServices(() => now));
  /** A loop completes: SageMaker has written what people answered, and sends its event. */
  const complete = async (number: number): Promise<void> => {
    const name = `photo-${String(number).padStart(4, '0')}`;
    const uri = `${OUTPUT}${name}/output.json`;
    aws.s3.objects.set(uri, JSON.stringify(outputOf(name, number % 2 === 0, now)));
    await humanReview(completed(name, uri, now), localContext('humanReview'));
    for (const body of aws.take('review')) await review({ Records: [{ body }] }, localContext('review'));
  };
  const moment = async (what: string, number: number) => {
    aws.clear();
    await complete(number);
    show({ at: now, what, publications: [...aws.publications], calls: [...aws.calls] });
  };
  await moment('Two people look at a picture. The model sees violence, and they do not.', 1);
  for (let number = 2; number < LOOPS; number++) {
    now = new Date(now.getTime() + HOUR);
    await complete(number);
  }
  now = new Date(now.getTime() + HOUR);
  await moment(
    `After ${LOOPS} loops it is certain: people agree less than the ${LEVEL} % that was expected.`,
    LOOPS + 1,
  );
}

/** What two people answered about the label `Violence`: they confirm it, or choose no label. */
function outputOf(name: string, isConfirmed: boolean, at: Date): object {
  const label = { name: 'Violence', parentName: '' };
  const moderationLabels = [{ ...label, confidence: 84 }];
  return {
    awsManagedHumanLoopRequestSource: SOURCE,
    flowDefinitionArn: FLOW_ARN,
    humanLoopName: name,
    humanAnswers: ['a', 'b'].map((worker) => ({
      answerContent: { [SOURCE]: { moderationLabels: isConfirmed ? [label] : [] } },
      submissionTime: at.toISOString(),
      workerId: `private.us-east-1.${worker}`,
    })),
    inputContent: {
      aiServiceResponse: { moderationLabels },
      selectedAiServiceResponse: { moderationLabels },
      humanTaskActivationConditionResults: {
        Conditions: [{ ConditionType: 'Sampling', ConditionParameters: {}, EvaluationResult: true }],
      },
    },
  };
}

function completed(name: string, outputS3Uri: string, at: Date): object {
  const arn = `arn:aws:sagemaker:us-east-1:123456789012:human-loop/${name}`;
  return {
    'detail-type': 'SageMaker A2I HumanLoop Status Change',
    source: 'aws.sagemaker',
    id: crypto.randomUUID(),
    time: at.toISOString(),
    account: '123456789012',
    region: 'us-east-1',
    resources: [arn],
    detail: {
      creationTime: new Date(at.getTime() - HOUR).toISOString(),
      failureCode: null,
      failureReason: null,
      flowDefinitionArn: FLOW_ARN,
      humanLoopArn: arn,
      humanLoopName: name,
      humanLoopStatus: 'Completed',
      humanLoopOutput: { outputS3Uri },
    },
  };
}
