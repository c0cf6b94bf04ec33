/**
 * `npm run --silent chain -- --job <name> [--region <region>] [--policy <file>]`
 *
 * The request that carries a labeling job on, as Ground Control would make it, for people to send themselves; and whether
 * Ground Control would, and why not. It reads with your own credentials, and creates nothing.
 * Exit 0; 1 when there is no request to make; 2 for wrong usage, no region, or a job that is not there.
 */
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import * as z from 'zod';
import { examine } from '../adapters/examine-labeling.ts';
import { labelingJobsWith } from '../adapters/labeling-jobs.ts';
import { manifestsIn } from '../adapters/manifest-objects.ts';
import { endOf } from '../domain/labeling/chain.ts';
import type { EndedLabeling } from '../domain/labeling/facts.ts';
import { linkOf } from '../domain/labeling/link.ts';
import { chainRequest } from '../domain/labeling/request.ts';
import { NO_TASKS } from '../domain/labeling/tasks.ts';
import { numbersOf, wordsForEnd } from '../domain/labeling/words.ts';
import { LabelingDescription } from '../schemas/labeling-description.ts';
import { LabelingJobStateChange } from '../schemas/labeling-job.ts';
import type { LabelingPolicy } from '../schemas/labeling-policy.ts';
import { Refused, readOptions, regionOf, runCommand } from './command.ts';
import { endWithReader } from './play-all.ts';
import { readPolicy } from './policy.ts';

const USAGE =
  'usage: npm run --silent chain -- --job <name> [--region <region>] [--policy ground-control.yml] > request.json';
const Options = z.object({
  job: z
    .string({ error: 'is missing' })
    .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/, 'expected the name of a labeling job'),
  region: z.string().optional(),
  policy: z.string().optional(),
});
const OPTIONS = { job: { type: 'string' }, region: { type: 'string' }, policy: { type: 'string' } } as const;
/** Milliseconds that reading the output may take. */
const LONGEST_READ = 600_000;

async function show(): Promise<number> {
  const { job: name, region, policy: file } = readOptions(USAGE, OPTIONS, Options);
  const { labeling: policy } = readPolicy(file);
  const settings = region === undefined ? {} : { region };
  const client = new SageMakerClient(settings);
  await regionOf(client);
  const jobs = labelingJobsWith(client);
  const described = await jobs.describe(name);
  if (described === undefined)
    throw new Refused(`SageMaker knows no labeling job ${name} in ${await regionOf(client)}`);
  const job = LabelingDescription.parse(described);
  const end = endOf(job);
  if (end === undefined) throw new Refused(`${name} has not ended: it is ${job.LabelingJobStatus}`);
  const sources = { jobs, manifests: manifestsIn(new S3Client(settings)), state: { tasks: async () => NO_TASKS } };
  const change = LabelingJobStateChange.parse({
    'detail-type': 'SageMaker Ground Truth Labeling Job State Change',
    resources: [job.LabelingJobArn],
    detail: JSON.parse(JSON.stringify(described)),
  });
  const facts = await examine(job, end, change.tags, policy, sources, new Date(), AbortSignal.timeout(LONGEST_READ));
  process.stderr.write(`${summaryOf(facts, policy)}\n`);
  const manifest = job.LabelingJobOutput?.OutputDatasetS3Uri;
  if (manifest === undefined || facts.progress === undefined) return 1;
  const request = chainRequest(job, linkOf(job) + 1, manifest, facts.progress.labeled);
  process.stdout.write(`${JSON.stringify(request, null, 2)}\n`);
  return 0;

  function summaryOf(known: EndedLabeling, { mode }: LabelingPolicy): string {
    const { headline, cause } = wordsForEnd({ change, facts: known, policy, outcome: undefined });
    const numbers = numbersOf(known, policy).map(({ label, value }) => `  ${label}: ${value}`);
    const would = known.verdict.kind === 'chain';
    return [
      `${job.LabelingJobName} ${headline}.`,
      ...numbers,
      would
        ? `Ground Control would carry it on${mode === 'enforce' ? '' : `, were labeling.mode enforce (it is ${mode})`}.`
        : `Ground Control would not carry it on. ${cause?.cause ?? ''}`.trim(),
    ].join('\n');
  }
}

endWithReader();
await runCommand('chain', USAGE, show);
