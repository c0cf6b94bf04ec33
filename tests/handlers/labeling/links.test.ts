import { describe, expect, it } from 'vitest';
import { EXPIRED, manifest, useLabelingFunction } from '../../support/labeling-function.ts';
import { DAY } from '../../support/labeling-jobs.ts';
import { labelingResults } from '../../support/labeling-results.ts';
import { useLocalAws } from '../../support/local-aws.ts';

const aws = useLocalAws();
const labeling = useLabelingFunction(aws);
const { codes, created, jobNamed } = labelingResults(aws);

/** The moment `days` after the first job expired. */
const daysLater = (days: number) => new Date(Date.parse(EXPIRED.LastModifiedTime) + days * DAY);

/** Job `name` expires at `at` with this output, and the function receives the event. */
async function expire(name: string, at: Date, output: string, policy: object = {}) {
  const job = jobNamed(name);
  if (job === undefined) throw new Error(`${name} was not created`);
  const { LabelingJobOutput } = job.detail as { LabelingJobOutput: { OutputDatasetS3Uri: string } };
  const detail = { ...job.detail, LabelCounters: EXPIRED.LabelCounters };
  aws().sageMaker.put({ ...job, status: 'Failed', modifiedAt: at, detail });
  labeling.output(output, LabelingJobOutput.OutputDatasetS3Uri);
  await labeling.receive(policy, { name, at });
}

describe('a chain of labeling jobs', () => {
  it('grows while objects get labels, up to the most links that the policy allows', async () => {
    const policy = { mostLinks: 3 };
    await labeling.receive();
    await expire('identify-species-chain-1', daysLater(30), manifest(4, 6), policy);
    await expire('identify-species-chain-2', daysLater(60), manifest(5, 5), policy);
    await expire('identify-species-chain-3', daysLater(90), manifest(6, 4), policy);
    expect([created(), codes().at(-1)]).toEqual([
      ['identify-species-chain-1', 'identify-species-chain-2', 'identify-species-chain-3'],
      'labeling-most-links',
    ]);
  });

  it('ends with the first link in which nobody labeled anything', async () => {
    await labeling.receive();
    await expire('identify-species-chain-1', daysLater(30), manifest(3, 2));
    expect([created(), codes()]).toEqual([['identify-species-chain-1'], ['labeling-chained', 'labeling-no-progress']]);
  });
});
