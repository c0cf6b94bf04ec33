/** Reads worker responses from the output of labeling jobs in S3: times and ids of answers, never the answers. */
import type { S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { isLasting } from '../../adapters/s3/refusals.ts';
import { type ResponseObject, readResponse, workerResponses } from '../../adapters/s3/worker-responses.ts';
import type { Period } from '../../domain/teams/period.ts';
import type { TeamWork } from '../../domain/teams/team-work.ts';
import type { Unreadable } from '../../domain/teams/unreadable.ts';
import { parseEntry } from '../../schemas/teams/log-record.ts';
import { readAnswers } from '../../schemas/teams/worker-response.ts';
import { counted } from '../../schemas/text/count.ts';
import { plainText } from '../../schemas/text/plain-text.ts';

/** Files that are read at the same time, and their bytes together. A larger file is read alone. */
const [MOST_AT_ONCE, MOST_BYTES] = [32, 32 * 1024 * 1024];

/** What was read below all prefixes. */
export interface OutputsRead {
  readonly files: number;
  /** Files that S3 or KMS refuse to give. They are not among `files`. */
  readonly refused: number;
  /** A sentence for each prefix that cannot be listed, and for refused files. */
  readonly warnings: readonly string[];
}

/**
 * Adds the answers below the prefixes `outputs` to `work`, of the jobs that the log of the period has. So it has to be
 * called after the log was read. What cannot be read goes to `unreadable`. `beforeCall` is called before each call, and
 * may throw. Throws errors that a retry may fix, and a `TooMuchToCount`.
 */
export async function readOutputs(
  client: S3Client,
  outputs: readonly string[],
  { before: since }: Period,
  work: TeamWork,
  unreadable: Unreadable,
  beforeCall: () => void = () => undefined,
): Promise<OutputsRead> {
  const wanted = { jobs: work.jobNames(), since, beforeCall };
  const warnings: string[] = [];
  const codes = new Map<string, number>();
  let files = 0;
  const readOne = async (found: ResponseObject): Promise<void> => {
    const { unreadable: why, refused: code } = await addAnswers(client, found, work);
    if (why !== undefined) unreadable.add(`s3://${found.bucket}/${found.key}`, undefined, why);
    if (code === undefined) files++;
    else codes.set(code, (codes.get(code) ?? 0) + 1);
  };
  for (const uri of withoutOverlaps(outputs)) {
    try {
      for await (const page of workerResponses(client, uri, wanted)) {
        for (const batch of batches(page)) {
          beforeCall();
          await Promise.all(batch.map(readOne));
        }
      }
    } catch (error) {
      if (!isLasting(error)) throw error;
      warnings.push(`Active times below ${plainText(uri, 300)} are missing: S3 refuses to list it (${nameOf(error)}).`);
    }
  }
  for (const [code, count] of codes)
    warnings.push(
      `Active times of ${counted(count, 'worker-response file')} are missing: AWS refuses to give ${count === 1 ? 'it' : 'them'} (${plainText(code, 60)}). Compare teams.outputs and teams.keys of ground-control.yml with the policies of the bucket and of the KMS key.`,
    );
  return { files, refused: [...codes.values()].reduce((sum, count) => sum + count, 0), warnings };
}

const nameOf = (error: S3ServiceException) => plainText(error.name, 60);

/** A prefix within another one would be read twice. */
const withoutOverlaps = (outputs: readonly string[]): string[] =>
  [...new Set(outputs)].filter((one) => !outputs.some((other) => other !== one && one.startsWith(other)));

function* batches(page: readonly ResponseObject[]): Generator<readonly ResponseObject[]> {
  let batch: ResponseObject[] = [];
  let bytes = 0;
  for (const one of page) {
    if (batch.length > 0 && (batch.length >= MOST_AT_ONCE || bytes + one.bytes > MOST_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(one);
    bytes += one.bytes;
  }
  if (batch.length > 0) yield batch;
}

/** Adds the answers of a file. Returns why it cannot be read, and with which code it was refused, if it was. */
async function addAnswers(
  client: S3Client,
  found: ResponseObject,
  work: TeamWork,
): Promise<{ readonly unreadable?: string | undefined; readonly refused?: string | undefined }> {
  const { text, ...why } = await readResponse(client, found);
  if (text === undefined) return why;
  const content = parseEntry(text.replace(/^\ufeff/, ''));
  if (content === undefined) return { unreadable: 'is not JSON' };
  const answers = readAnswers(content);
  for (const answer of answers ?? []) work.answer(answer, { jobName: found.jobName, file: found.place });
  return answers === undefined ? { unreadable: 'is not a worker-response file' } : {};
}
