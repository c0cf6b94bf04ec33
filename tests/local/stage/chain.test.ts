import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { describe, expect, it } from 'vitest';
import { chainOf } from '../../../local/stage/chain.ts';
import { EXPIRED, manifest, useLabelingFunction } from '../../support/labeling-function.ts';
import { DAY } from '../../support/labeling-jobs.ts';
import { labelingResults } from '../../support/labeling-results.ts';
import { useLocalAws } from '../../support/local-aws.ts';

const aws = useLocalAws();
const labeling = useLabelingFunction(aws);
const { jobNamed } = labelingResults(aws);
const NAMES = ['identify-species', 'identify-species-chain-1', 'identify-species-chain-2'];

const namesFrom = async (name: string) => (await chainOf(name, new SageMakerClient({}))).map((link) => link.name);
const job = (name: string) => {
  const found = jobNamed(name);
  if (found === undefined) throw new Error(`${name} was not created`);
  return found;
};
const forget = (name: string) => aws().sageMaker.resources.delete(job(name).arn);

/** Ground Control continues the expired job, and the job that continues it. */
async function chain() {
  await labeling.receive();
  const name = 'identify-species-chain-1';
  const created = job(name);
  const at = new Date(Date.parse(EXPIRED.LastModifiedTime) + 30 * DAY);
  const { LabelingJobOutput } = created.detail as { LabelingJobOutput: { OutputDatasetS3Uri: string } };
  const detail = { ...created.detail, LabelCounters: EXPIRED.LabelCounters };
  aws().sageMaker.put({ ...created, status: 'Failed', modifiedAt: at, detail });
  labeling.output(manifest(4, 6), LabelingJobOutput.OutputDatasetS3Uri);
  await labeling.receive({}, { name, at });
}

describe('the chain of a labeling job', () => {
  it('has the same links, the first one first, whichever link one looks at', async () => {
    await chain();
    for (const name of NAMES) expect(await namesFrom(name)).toEqual(NAMES);
  });

  it('is the job alone, when nothing continues it', async () => {
    expect(await namesFrom('identify-species')).toEqual(['identify-species']);
  });

  it('leaves out a job that people have given the name of the next link', async () => {
    const people = { ...job('identify-species'), name: NAMES[1] ?? '', tags: {} };
    aws().sageMaker.put({ ...people, arn: people.arn.replace(/[^/]*$/, people.name) });
    expect(job(people.name).status).toBe('Failed');
    expect(await namesFrom('identify-species')).toEqual(['identify-species']);
  });

  it('names a link that SageMaker does not have any more', async () => {
    await chain();
    forget('identify-species');
    const [first, ...others] = await chainOf('identify-species-chain-2', new SageMakerClient({}));
    expect(first).toEqual({ name: 'identify-species', job: undefined });
    expect(others.map(({ name }) => name)).toEqual(NAMES.slice(1));
  });
});
