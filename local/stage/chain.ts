/** The chain of labeling jobs that a job is a link of, as SageMaker has it. */
import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { labelingJobsWith } from '../../adapters/sagemaker/labeling-jobs.ts';
import { linkOf, nameOfLink, predecessorOf } from '../../domain/labeling/link.ts';
import { LabelingDescription } from '../../schemas/api/labeling-job.ts';

/** A labeling job of a chain; undefined where SageMaker does not have it any more. */
export interface Link {
  readonly name: string;
  readonly job: LabelingDescription | undefined;
}

/** Links that are read in each direction: each is a call to SageMaker. */
const MOST = 20;

/**
 * The links of the chain that the labeling job called `name` is in, the first one first. A job that Ground Control
 * neither continues nor continued is alone.
 */
export async function chainOf(name: string, client: SageMakerClient): Promise<Link[]> {
  const read = async (name: string): Promise<Link> => {
    const described = await labelingJobsWith(client).describe(name);
    return { name, job: described === undefined ? undefined : LabelingDescription.parse(described) };
  };
  const links = [await read(name)];
  for (let walked = 0; walked < MOST; walked++) {
    const [first] = links;
    const before = first?.job === undefined ? undefined : predecessorOf(first.job);
    if (before === undefined) break;
    links.unshift(await read(before));
  }
  for (let walked = 0; walked < MOST; walked++) {
    const last = links.at(-1)?.job;
    if (last === undefined) break;
    const next = await read(nameOfLink(last, linkOf(last) + 1));
    // People may have given that name to another job.
    if (next.job === undefined || predecessorOf(next.job) !== last.LabelingJobName) break;
    links.push(next);
  }
  return links;
}
