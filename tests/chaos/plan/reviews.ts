/** Plans what people answer in human loops. All answers are of one moment, so that their sums meet in one place. */
import type { PlannedReview } from './life.ts';

export const FLOW = 'invoices';
export const FLOW_ARN = `arn:aws:sagemaker:eu-west-1:123456789012:flow-definition/${FLOW}`;
/** Where outputs of the flow lie. */
export const OUTPUTS = 's3://amzn-s3-demo-bucket/reviews/';
export const LABEL = 'Weapons';

const SOURCE = 'AWS/Rekognition/DetectModerationLabels/Image/V3';

/** One person confirms the model's label in every second loop. */
export function planReview(name: string, number: number, at: Date): PlannedReview {
  const isConfirmed = Math.floor(number / 32) % 2 === 0;
  const label = { name: LABEL, parentName: '' };
  const output = JSON.stringify({
    awsManagedHumanLoopRequestSource: SOURCE,
    flowDefinitionArn: FLOW_ARN,
    humanLoopName: name,
    humanAnswers: [
      {
        answerContent: { [SOURCE]: { moderationLabels: isConfirmed ? [label] : [] } },
        submissionTime: at.toISOString(),
        workerId: 'private.eu-west-1.0123456789abcdef',
      },
    ],
    inputContent: {
      aiServiceResponse: { moderationLabels: [{ ...label, confidence: 80 }] },
      selectedAiServiceResponse: { moderationLabels: [{ ...label, confidence: 80 }] },
      humanTaskActivationConditionResults: {
        Conditions: [{ ConditionType: 'Sampling', EvaluationResult: true, ConditionParameters: {} }],
      },
    },
  });
  return { isConfirmed, day: at.toISOString().slice(0, 10), uri: `${OUTPUTS}${name}/output.json`, output };
}
