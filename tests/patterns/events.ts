/** Events of SageMaker and of CloudTrail, each with the function that has to get it. None of it comes from the rules. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventFiles, ROOT, readEvent } from '../support/events.ts';

const linesOf = (file: string) =>
  readFileSync(join(ROOT, 'tests/fixtures', file), 'utf8')
    .trim()
    .split('\n');

/** Source: the lists that the files' tests name (EventBridge Events Reference; EventBridge user guide). */
export const DOCUMENTED = linesOf('detail-types.txt');
export const OF_CLOUDTRAIL = linesOf('cloudtrail-detail-types.txt');

/** Names that AWS does not document, or no longer. */
export const UNDOCUMENTED = ['SageMaker Job State Change', 'SageMakerEndpointStateChange'];

/** Names that nobody sends, some of them close to names that somebody sends. */
export const INVENTED = [
  'SageMaker Teleport Job State Change',
  'SageMaker Labeling Job State Change',
  'SageMaker Training Job State Change V2',
  'SageMaker Training Job State Chang',
  'SageMaker Hyperparameter Tuning Job State Change',
  'sagemaker training job state change',
  'SageMaker',
];

/** Families by their detail-types, where events/ has no sample. All others go to the function that takes the rest. */
const WITHOUT_SAMPLE: Readonly<Record<string, readonly string[]>> = {
  endpoint: ['SageMakerEndpointStateChange'],
  'human-review': [
    'SageMaker Human Loop Finished',
    'SageMaker Human Loop Step Execution Finished',
    'SageMaker Human Task Accepted',
    'SageMaker Human Task Created',
    'SageMaker Human Task Declined',
    'SageMaker Human Task Returned',
    'SageMaker Human Task Submitted',
  ],
};

/** The family of all events that no other family takes. */
const REST = 'resource';

/** Folders of events/ whose events are for no family. */
const OF_NO_FAMILY = ['ignored', 'quarantine'];

/** A sample event: the folder of its file is the family that handles it. */
export const SAMPLES = eventFiles('events/*/*.json')
  .map((file) => ({ file, family: file.split('/')[1] ?? '', event: readEvent(file) }))
  .filter(({ family }) => !OF_NO_FAMILY.includes(family));

const FAMILY_OF = new Map<string, string>([
  ...Object.entries(WITHOUT_SAMPLE).flatMap(([family, names]) => names.map((name) => [name, family] as const)),
  ...SAMPLES.flatMap(({ family, event }) => (family === REST ? [] : [[event['detail-type'], family] as const])),
]);

/** The logical id of the function of a family: `TrainingJobLambdaFunction` for `training-job`. */
export const functionOf = (family: string) =>
  `${family.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())}LambdaFunction`;

/** The function that has to get events of this type, if SageMaker sends it. */
export const functionFor = (detailType: string) => functionOf(FAMILY_OF.get(detailType) ?? REST);

/** An event with the envelope that AWS documents. */
export const eventOf = (detailType: string, over: object = {}) => ({
  version: '0',
  id: '844e2571-85d4-695f-b930-0153b71dcb42',
  'detail-type': detailType,
  source: 'aws.sagemaker',
  account: '123456789012',
  time: '2026-11-20T03:12:44Z',
  region: 'eu-west-1',
  resources: ['arn:aws:sagemaker:eu-west-1:123456789012:training-job/churn'],
  detail: { TrainingJobStatus: 'Failed', Tags: {}, FailureReason: null },
  ...over,
});
