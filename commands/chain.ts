/**
 * `npm run --silent chain -- --job <name> [--region <region>] [--config <file>]`
 *
 * Prints the request for a job that continues a labeling job, as Ground Control would make it, so that people can send
 * it themselves. It also says whether Ground Control would send it, and why not. It reads with your own credentials,
 * and creates nothing.
 * Exit 0. Exit 1 if there is no request to make. Exit 2 for wrong usage, a wrong region, or a job that does not
 * exist.
 */
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import * as z from 'zod';
import { manifestsIn } from '../adapters/s3/manifests.ts';
import { type LabelingJobs, labelingJobsWith } from '../adapters/sagemaker/labeling-jobs.ts';
import { allowanceOf } from '../domain/labeling/allowance.ts';
import { linkPriceOf, obstacleTo } from '../domain/labeling/chain.ts';
import { endOf } from '../domain/labeling/end.ts';
import type { EndedLabeling } from '../domain/labeling/facts.ts';
import { linkOf } from '../domain/labeling/link.ts';
import type { Progress } from '../domain/labeling/progress.ts';
import { chainRequest } from '../domain/labeling/request.ts';
import { isRoleListed } from '../domain/labeling/roles.ts';
import { NO_TASKS } from '../domain/labeling/tasks.ts';
import { judgeEnd } from '../domain/labeling/verdict.ts';
import { numbersOf } from '../domain/labeling/words/counts.ts';
import { wordsForEnd } from '../domain/labeling/words/end.ts';
import { priceWords } from '../domain/labeling/words/price.ts';
import { roleOf } from '../domain/labeling/words/role.ts';
import { examine } from '../handlers/labeling/examine.ts';
import { endWithReader } from '../local/play/end-with-reader.ts';
import { LabelingDescription } from '../schemas/api/labeling-job.ts';
import type { LabelingPolicy } from '../schemas/configuration/labeling.ts';
import { LabelingJobStateChange } from '../schemas/event/labeling-job.ts';
import type { StateChange } from '../schemas/event/state-change.ts';
import { Refused, readOptions, runCommand } from './shared/cli.ts';
import { readConfiguration } from './shared/configuration.ts';
import { findPlace } from './shared/place.ts';

const USAGE =
  'usage: npm run --silent chain -- --job <name> [--region <region>] [--config ground-control.yml] > request.json';
const Options = z.object({
  job: z
    .string({ error: 'is missing' })
    .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/, 'expected the name of a labeling job'),
  region: z.string().optional(),
  config: z.string().optional(),
});
const OPTIONS = { job: { type: 'string' }, region: { type: 'string' }, config: { type: 'string' } } as const;
/** The longest time for reading the output manifest, in milliseconds. */
const LONGEST_READ = 600_000;

async function show(): Promise<number> {
  const { job: name, region, config } = readOptions(USAGE, OPTIONS, Options);
  const { labeling: policy } = readConfiguration(config);
  const place = await findPlace('chain', { region });
  const jobs = labelingJobsWith(new SageMakerClient(place));
  const { job, change } = await find(name, jobs, place.region);
  const end = endOf(job);
  if (end === undefined) throw new Refused(`${name} has not ended: its status is ${job.LabelingJobStatus}`);
  const sources = { jobs, manifests: manifestsIn(new S3Client(place)), state: { tasks: async () => NO_TASKS } };
  const examined = await examine(job, end, sources, new Date(), AbortSignal.timeout(LONGEST_READ));
  const facts = judgeEnd(examined, change.tags, policy);
  process.stderr.write(`${summaryOf(facts, change, policy)}\n`);
  const manifest = job.LabelingJobOutput?.OutputDatasetS3Uri;
  const { progress, successor } = facts;
  const isPointless = progress === undefined || obstacleTo(job, progress) !== undefined || isDone(facts, progress);
  if (manifest === undefined || isPointless || successor !== undefined) {
    const hasNoLabels = progress === undefined && job.LabelCounters.TotalLabeled === 0;
    process.stderr.write(
      hasNoLabels
        ? 'No request is printed: no object has a label yet, so a job from the first input is as good.\n'
        : 'No request is printed: a new job would be of no use, or do harm.\n',
    );
    return 1;
  }
  process.stderr.write(`${priceWords(linkPriceOf(job, progress, policy), job, 'The request labels')}\n`);
  const request = chainRequest(job, linkOf(job) + 1, manifest, progress);
  if ((await jobs.describe(request.LabelingJobName)) !== undefined)
    process.stderr.write(`A job with the name ${request.LabelingJobName} exists: give the new job another name.\n`);
  process.stdout.write(`${JSON.stringify(request, null, 2)}\n`);
  return 0;
}

/** Nothing is left to label, or the stopping conditions ask for no more labels. */
const isDone = ({ job, verdict: { end } }: EndedLabeling, progress: Progress) =>
  end === 'finished' || end === 'limited' || allowanceOf(job, progress) === 0;

/** The job, and its end in the form of an event. */
async function find(name: string, jobs: LabelingJobs, region: string) {
  const described = await jobs.describe(name);
  if (described === undefined) throw new Refused(`SageMaker has no labeling job ${name} in ${region}`);
  const { data: job, error } = LabelingDescription.safeParse(described);
  if (job === undefined) {
    const wrong = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
    throw new Refused(`SageMaker's description of ${name} cannot be read: ${wrong}`);
  }
  const change = LabelingJobStateChange.parse({
    'detail-type': 'SageMaker Ground Truth Labeling Job State Change',
    resources: [job.LabelingJobArn],
    detail: JSON.parse(JSON.stringify(described)),
  });
  return { job, change };
}

function summaryOf(facts: EndedLabeling, change: StateChange, policy: LabelingPolicy): string {
  const { headline, cause } = wordsForEnd({ change, facts, policy, outcome: undefined });
  const numbers = numbersOf(facts, policy).map(({ label, value }) => `  ${label}: ${value}`);
  const { job, verdict, successor } = facts;
  return [`${job.LabelingJobName} ${headline}.`, ...numbers, verdictWords()].join('\n');

  function verdictWords(): string {
    if (successor !== undefined) return `${successor.name} already continues it.`;
    if (verdict.kind !== 'chain') return `Ground Control would not chain it. ${cause?.cause ?? ''}`.trim();
    const role = isRoleListed(job, policy) ? '' : `, and if labeling.roles had its role ${roleOf(job)}`;
    const condition = policy.mode === 'enforce' ? '' : ` if labeling.mode were enforce (it is ${policy.mode})${role}`;
    return `Ground Control would chain it${condition}.`;
  }
}

endWithReader();
await runCommand('chain', USAGE, show);
