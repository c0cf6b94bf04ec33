/** Counts output manifests while they stream in. */
import { type Progress, ProgressCounter } from '../../domain/labeling/progress.ts';
import { eachLine } from './each-line.ts';

/** Counts the lines of a manifest by their label `attribute`. `jobName` is the job that wrote it. */
export async function countManifest(
  chunks: AsyncIterable<Uint8Array>,
  attribute: string,
  jobName: string,
): Promise<Progress> {
  const counter = new ProgressCounter(attribute, jobName);
  await eachLine(chunks, counter);
  return counter.result();
}
