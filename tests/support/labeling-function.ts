/** The labeling function on an embedded AWS, with a clock and a policy of the test's own. */
import { beforeEach } from 'vitest';
import { decideOnLabeling } from '../../domain/labeling/decide.ts';
import { labelingHandler } from '../../handlers/labeling/handler.ts';
import { buildLabelingServices, type LabelingServices } from '../../handlers/labeling/services.ts';
import type { SimulatedResource } from '../../local/embedded-aws/resource.ts';
import type { LocalAws } from '../../local/embedded-aws/start.ts';
import { localContext } from '../../local/play/context.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import { LabelingJobStateChange } from '../../schemas/event/labeling-job.ts';
import { counters, ENFORCED, SAMPLE } from './labeling-jobs.ts';
import { runningWith } from './running-with.ts';

/** The expired job of the sample, as DescribeLabelingJob returns it, with 3 of 5 objects labeled. */
export const EXPIRED = { ...SAMPLE, ...counters(3, 2) };
const ARN: string = EXPIRED.LabelingJobArn;
const MANIFEST: string = EXPIRED.LabelingJobOutput.OutputDatasetS3Uri;

const line = (label?: number, by = 'identify-species') =>
  JSON.stringify({
    'source-ref': 's3://bucket/x.jpg',
    ...(label !== undefined && { species: label, 'species-metadata': { 'job-name': `labeling-job/${by}` } }),
  });
/** A line of an output manifest: an object that failed for `reason`. */
export const failedLine = (reason: string) =>
  JSON.stringify({ 'source-ref': 's3://bucket/y.jpg', 'species-metadata': { 'failure-reason': reason } });
/** An output manifest with so many labeled and unlabeled objects, and `more` lines. */
export const manifest = (labeled: number, left: number, more: readonly string[] = []) =>
  [...Array.from({ length: labeled }, () => line(1)), ...Array.from({ length: left }, () => line()), ...more].join(
    '\n',
  );

/** Before each test, AWS holds only the expired job and its output manifest. */
export function useLabelingFunction(aws: () => LocalAws) {
  let services: LabelingServices | undefined;
  let now = new Date(EXPIRED.LastModifiedTime);
  const put = (detail: object = {}, over: Partial<SimulatedResource> = {}) => {
    const {
      Tags: _,
      CreationTime,
      LastModifiedTime,
      LabelingJobStatus,
      LabelingJobName,
      LabelingJobArn,
      ...rest
    } = {
      ...EXPIRED,
      ...detail,
    };
    aws().sageMaker.put({
      type: 'labeling-job',
      name: LabelingJobName,
      arn: LabelingJobArn,
      status: LabelingJobStatus,
      createdAt: new Date(CreationTime),
      modifiedAt: new Date(LastModifiedTime),
      tags: { team: 'vision' },
      detail: rest,
      ...over,
    });
  };
  beforeEach(async () => {
    await aws().emptyTable();
    aws().sageMaker.resources.clear();
    aws().sageMaker.created.length = 0;
    aws().sageMaker.deletedRoles.clear();
    aws().s3.objects.clear();
    aws().sageMaker.clock = () => now;
    services = undefined;
    now = new Date(EXPIRED.LastModifiedTime);
    put();
    aws().s3.objects.set(MANIFEST, manifest(3, 2));
  });
  return {
    /**
     * Puts the expired job into SageMaker, with `detail` instead in its description, and `over` in what is
     * simulated.
     */
    put,
    /** Replaces the output manifest, or deletes it. */
    output: (text: string | undefined, uri = MANIFEST) =>
      text === undefined ? aws().s3.objects.delete(uri) : aws().s3.objects.set(uri, text),
    /** Changes the services that the function works with. */
    use: (change: (built: LabelingServices) => LabelingServices) => {
      services = change(services ?? buildLabelingServices(() => now));
    },
    /**
     * Has the function receive, at `at`, the event that job `name` came to `status`.
     * The policy is `labeling`, in mode `enforce` and with 1 USD a link unless it says otherwise.
     */
    receive: async (
      labeling: object = {},
      { name = 'identify-species', status = 'Failed', at = now, id = 'e1', arn = ARN.replace(/[^/]*$/, name) } = {},
    ) => {
      const built = services ?? buildLabelingServices(() => now);
      const policy = Configuration.parse({ labeling: { ...ENFORCED, mostUsd: 1, ...labeling } });
      Object.assign(built.services.configuration, { labeling: policy.labeling });
      services = built;
      now = at;
      const event = {
        'detail-type': 'SageMaker Ground Truth Labeling Job State Change',
        source: 'aws.sagemaker',
        id,
        region: 'us-east-1',
        time: at.toISOString(),
        resources: [arn],
        detail: { LabelingJobStatus: status },
      };
      const handler = labelingHandler(LabelingJobStateChange, decideOnLabeling, () => built);
      return runningWith({ labeling: policy.labeling }, () =>
        handler({ Records: [{ body: JSON.stringify(event) }] }, localContext('labeling', 600)),
      );
    },
  };
}
