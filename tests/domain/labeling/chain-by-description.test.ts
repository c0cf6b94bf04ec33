import { describe, expect, it } from 'vitest';
import { decideByDescription } from '../../../domain/labeling/chain.ts';
import { endOf } from '../../../domain/labeling/end.ts';
import type { LabelingPolicy } from '../../../schemas/configuration/labeling.ts';
import { counters, countersWithout, jobOf, linkTag, policyOf, SAMPLE, taskOf } from '../../support/labeling-jobs.ts';

/** The verdict, as `kind: why`; `read its output` when the description alone does not decide. */
function decide(over: object, policy: Partial<LabelingPolicy> = {}, isOptedOut = false): string {
  const job = jobOf(over);
  const end = endOf(job);
  if (end === undefined) throw new Error('the job has not ended');
  const verdict = decideByDescription(job, end, policyOf(policy), isOptedOut, job.LastModifiedTime);
  if (verdict === undefined) return 'read its output';
  return 'why' in verdict ? `${verdict.kind}: ${verdict.why}` : verdict.kind;
}

const prepares = (name: string) =>
  taskOf({ PreHumanTaskLambdaArn: `arn:aws:lambda:us-east-1:432418664414:function:${name}` });
const completed = { LabelingJobStatus: 'Completed' };
const stopped = { LabelingJobStatus: 'Stopped' };
const everyEnd: Partial<LabelingPolicy> = { chain: ['expired', 'unfinished', 'stopped'] };

describe('the description of an ended labeling job leads to a verdict', () => {
  it.each<[string, object, Partial<LabelingPolicy>, string]>([
    ['it expired', {}, {}, 'read its output'],
    ['it expired with only failed objects left', counters(5853, 0, 399), {}, 'read its output'],
    ['it expired with nothing left', counters(6252, 0), {}, 'leave: nothing-left'],
    ['it expired and its counters are all 0', counters(0, 0), {}, 'read its output'],
    ['SageMaker does not report how many have labels', countersWithout('TotalLabeled'), {}, 'ask: no-counters'],
    ['SageMaker does not report how many are left', countersWithout('Unlabeled'), {}, 'ask: no-counters'],
    ['SageMaker does not report how many failed', countersWithout('FailedNonRetryableError'), {}, 'ask: no-counters'],
    [
      'nobody needs the counter that is missing',
      countersWithout('HumanLabeled', 'MachineLabeled'),
      {},
      'read its output',
    ],
    [
      'its stopping conditions need the counter that is missing',
      { ...countersWithout('HumanLabeled'), StoppingConditions: { MaxHumanLabeledObjectCount: 6000 } },
      {},
      'ask: no-counters',
    ],
    ['it completed and has no counters', { ...completed, LabelCounters: {} }, {}, 'ask: no-counters'],
    ['it finished', { ...completed, ...counters(9, 0) }, everyEnd, 'leave: finished'],
    ['it completed with objects left', completed, {}, 'leave: not-chosen'],
    ['it completed with objects left and the policy chains such jobs', completed, everyEnd, 'read its output'],
    ['people stopped it', stopped, {}, 'leave: not-chosen'],
    ['people stopped it and the policy chains such jobs', stopped, everyEnd, 'read its output'],
    [
      'its stopping conditions stopped it',
      { ...stopped, StoppingConditions: { MaxHumanLabeledObjectCount: 1 } },
      everyEnd,
      'leave: limited',
    ],
    ['it failed early', { LastModifiedTime: SAMPLE.CreationTime }, everyEnd, 'leave: early'],
    [
      'it is a streaming job',
      { InputConfig: { DataSource: { SnsDataSource: { SnsTopicArn: 'arn' } } } },
      {},
      'ask: streaming',
    ],
    ['it adjusts labels', prepares('PRE-AdjustmentBoundingBox'), {}, 'ask: derived'],
    ['it verifies labels', prepares('PRE-VerificationSemanticSegmentation'), {}, 'ask: derived'],
    [
      'only its consolidation function says that it adjusts labels',
      taskOf({
        PreHumanTaskLambdaArn: undefined,
        AnnotationConsolidationConfig: {
          AnnotationConsolidationLambdaArn: 'arn:aws:lambda:us-east-1:432418664414:function:ACS-AdjustmentBoundingBox',
        },
      }),
      {},
      'ask: derived',
    ],
    ['it is link 4 of at most 5', { Tags: [linkTag(4)] }, {}, 'read its output'],
    ['it is link 5 of at most 5', { Tags: [linkTag(5)] }, {}, 'ask: most-links'],
    ['only its name looks like a link', { LabelingJobName: 'supply-chain-2024' }, {}, 'read its output'],
    ['it has no output', { LabelingJobOutput: undefined }, {}, 'ask: no-manifest'],
    ['its output has an empty address', { LabelingJobOutput: { OutputDatasetS3Uri: '' } }, {}, 'ask: no-manifest'],
  ])('when %s', (_, over, policy, expected) => {
    expect(decide(over, policy)).toBe(expected);
  });

  it('when its opt-out tag is set', () => {
    expect(decide({}, {}, true)).toBe('leave: opted-out');
  });
});
