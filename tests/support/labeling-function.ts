/** Runs the labeling function on the embedded AWS, with the test's own clock and labeling policy. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach } from 'vitest';
import { decideOnLabeling } from '../../domain/labeling/decide.ts';
import { labelingHandler } from '../../handlers/labeling/handler.ts';
import { buildLabelingServices, type LabelingServices } from '../../handlers/labeling/services.ts';
import type { SimulatedResource } from '../../local/embedded-aws/resource.ts';
import type { LocalAws } from '../../local/embedded-aws/start.ts';
import { localContext } from '../../local/play/context.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import { LabelingJobStateChange } from '../../schemas/event/labeling-job.ts';
import { ROOT } from './events.ts';

export const counters = (TotalLabeled: number, Unlabeled: number, FailedNonRetryableError = 0) => ({
  LabelCounters: { TotalLabeled, HumanLabeled: TotalLabeled, MachineLabeled: 0, Unlabeled, FailedNonRetryableError },
});
/** SageMaker's description of the expired job in the fixtures; 3 of 5 objects have labels. */
export const EXPIRED = {
  ...JSON.parse(readFileSync(join(ROOT, 'tests/fixtures/labeling/describe.expired.json'), 'utf8')),
  ...counters(3, 2),
};
export const DAY = 86_400_000;
const ARN: string = EXPIRED.LabelingJobArn;
const MANIFEST: string = EXPIRED.LabelingJobOutput.OutputDatasetS3Uri;

const line = (label?: number, by = 'identify-species') =>
  JSON.stringify({
    'source-ref': 's3://bucket/x.jpg',
    ...(label !== undefined && { species: label, 'species-metadata': { 'job-name': `labeling-job/${by}` } }),
  });
export const failedLine = (reason: string) =>
  JSON.stringify({ 'source-ref': 's3://bucket/y.jpg', 'species-metadata': { 'failure-reason': reason } });
export const manifest = (labeled: number, left: number, more: readonly string[] = []) =>
  [...Array.from({ length: labeled }, () => line(1)), ...Array.from({ length: left }, () => line()), ...more].join(
    '\n',
  );

/** Before each test, empties the table, SageMaker and S3, and adds the expired job with its output manifest. */
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
    aws().s3.objects.clear();
    aws().sageMaker.clock = () => now;
    services = undefined;
    now = new Date(EXPIRED.LastModifiedTime);
    put();
    aws().s3.objects.set(MANIFEST, manifest(3, 2));
  });
  return {
    put,
    /** Replaces the text of an output manifest; `undefined` deletes the manifest. */
    output: (text: string | undefined, uri = MANIFEST) =>
      text === undefined ? aws().s3.objects.delete(uri) : aws().s3.objects.set(uri, text),
    /** Changes the services that the function uses, until the end of the test. */
    use: (change: (built: LabelingServices) => LabelingServices) => {
      services = change(services ?? buildLabelingServices(() => now));
    },
    /**
     * Sends the event that the job `name` has the status `status`, at the time `at`; the default mode of `labeling` is
     * `enforce`.
     */
    tell: async (
      labeling: object = {},
      { name = 'identify-species', status = 'Failed', at = now, id = 'e1', arn = ARN.replace(/[^/]*$/, name) } = {},
    ) => {
      const built = services ?? buildLabelingServices(() => now);
      const policy = Configuration.parse({ labeling: { mode: 'enforce', ...labeling } });
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
      return handler({ Records: [{ body: JSON.stringify(event) }] }, localContext('labeling', 600));
    },
  };
}
