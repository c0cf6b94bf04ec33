/**
 * Compares worker responses with the output manifest of their job, where both are in the folder of the job:
 * `<job>/annotations/worker-response/iteration-1/<line>/*.json` and `<job>/manifests/output/output.manifest`.
 */
import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { eachLine } from '../../../adapters/s3/each-line.ts';
import { JobComparison } from '../../../domain/teams/agreement/job-comparison.ts';
import type { TeamWork } from '../../../domain/teams/team-work.ts';
import type { Unreadable } from '../../../domain/teams/unreadable.ts';
import { parseBounded } from '../../../schemas/review/bounded-json.ts';
import { readLabeledAnswers } from '../../../schemas/teams/worker-response.ts';
import { whyNotRead } from '../decoded.ts';
import { jobFolders } from '../files.ts';
import { readOne } from '../read-responses.ts';

/** What was compared. */
export interface AgreementRead {
  /** How many jobs could be compared. */
  readonly compared: number;
  /** The names of the others, and why they could not. */
  readonly others: readonly { readonly job: string; readonly why: string }[];
}

/**
 * Adds to `work` which answers in the folders of `--responses` equal the label of their job. Jobs without a manifest
 * are left out. What cannot be read was counted when times were read; a manifest goes to `unreadable`.
 */
export async function readAgreement(
  given: readonly string[],
  work: TeamWork,
  unreadable: Unreadable,
): Promise<AgreementRead> {
  let compared = 0;
  const others: { job: string; why: string }[] = [];
  for (const [folder, jobName] of jobFolders(given)) {
    const manifest = join(folder, 'manifests', 'output', 'output.manifest');
    if (!existsSync(manifest)) continue;
    const comparison = new JobComparison(jobName);
    await addManifest(manifest, comparison, unreadable);
    addObjects(join(folder, 'annotations', 'worker-response'), comparison);
    const result = comparison.result();
    if (result.why !== undefined) others.push({ job: jobName, why: result.why });
    else {
      compared++;
      for (const answer of result.answers) work.compared(answer, { jobName, file: `iteration-1/${answer.object}` });
    }
  }
  return { compared, others };
}

async function addManifest(path: string, comparison: JobComparison, unreadable: Unreadable): Promise<void> {
  try {
    await eachLine(createReadStream(path, { highWaterMark: 256 * 1024 }), {
      line: (text) => comparison.addLine(parseBounded(text).value),
      tooLongLine: () => comparison.addLine(undefined),
    });
  } catch (error) {
    unreadable.add(path, undefined, whyNotRead(error));
    comparison.refuse('its manifest cannot be read');
  }
}

function addObjects(responses: string, comparison: JobComparison): void {
  const names = (folder: string) => readdirSync(folder, { withFileTypes: true });
  try {
    const iterations = names(responses).filter((entry) => /^iteration-\d+$/.test(entry.name));
    if (iterations.length !== 1 || iterations[0]?.name !== 'iteration-1') {
      comparison.refuse('it has several iterations');
      return;
    }
    const iteration = join(responses, 'iteration-1');
    for (const { name } of names(iteration)) {
      if (!/^(?:0|[1-9]\d{0,8})$/.test(name)) continue;
      const files = names(join(iteration, name)).filter((entry) => entry.isDirectory() || entry.name.endsWith('.json'));
      // Jobs about videos and point clouds have folders of frames.
      if (files.some((entry) => entry.isDirectory())) comparison.refuse('its objects have several parts');
      else
        addObject(
          Number(name),
          files.map((entry) => join(iteration, name, entry.name)),
          comparison,
        );
    }
  } catch (error) {
    comparison.refuse(`one of its folders ${whyNotRead(error)}`);
  }
}

function addObject(index: number, paths: readonly string[], comparison: JobComparison): void {
  const answers = paths.flatMap((path) => {
    let read: ReturnType<typeof readLabeledAnswers>;
    const why = readOne(path, (content) => {
      read = readLabeledAnswers(content);
      return undefined;
    });
    if (why !== undefined || read === undefined) comparison.refuse('some of its answers cannot be read');
    return read ?? [];
  });
  comparison.addObject(index, answers);
}
