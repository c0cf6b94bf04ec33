/** What must hold of labeling jobs in the end: who expired with objects left is carried on, once; nobody else is; people know. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { PREDECESSOR_TAG } from '../../domain/labeling/link.ts';
import type { SimulatedResource } from '../../local/embedded-aws/resource.ts';
import type { LocalAws } from '../../local/embedded-aws/start.ts';
import { AlertMessage } from '../../schemas/message/alert.ts';
import { type Item, items, nameIn } from './checks.ts';
import { KINDS, nextOf, outputOf } from './labeling.ts';
import type { PlannedJob, PlannedLabeling } from './lifecycle.ts';

/** What a job was made from. */
const Input = z.object({
  LabelAttributeName: z.string(),
  InputConfig: z.object({ DataSource: z.object({ S3DataSource: z.object({ ManifestS3Uri: z.string() }) }) }),
});

/** What the audit says of the request, by kind; of the others it says nothing. */
const RESULTS: Readonly<Partial<Record<PlannedLabeling, RegExp>>> = {
  expired: /^(?:created|exists)$/,
  taken: /^taken$/,
  refused: /^refused: ValidationException/,
};

/** What is heard of after more than a week people are asked about: the reason of before counts no more, but for what was done. */
const ASKED_LATER: ReadonlySet<PlannedLabeling> = new Set(['stalled', 'taken', 'refused']);

interface Found {
  readonly made: readonly SimulatedResource[];
  readonly alerts: readonly AlertMessage[];
  readonly all: readonly Item[];
  readonly incidents: ReadonlySet<string>;
  readonly late: ReadonlySet<string>;
}

/** `late`: jobs that people were told of after more than a week. */
export async function checkLabeling(
  jobs: readonly PlannedJob[],
  client: DynamoDBClient,
  { sageMaker, publications }: LocalAws,
  incidents: ReadonlySet<string>,
  late: ReadonlySet<string>,
): Promise<string[]> {
  const all = await items(client);
  const alerts = publications
    .map(({ bodies }) => AlertMessage.parse(JSON.parse(bodies.get('default') ?? '')))
    .filter(({ family }) => family === 'labeling-job');
  const created = new Set(sageMaker.created);
  const made = [...sageMaker.resources.values()].filter(({ name }) => created.has(name));
  const wrong = jobs.flatMap((job) =>
    job.labeling === undefined
      ? []
      : checkOne(job, job.labeling, { made, alerts, all, incidents, late }).map((what) => `${job.name}: ${what}`),
  );
  const expected = jobs.filter(({ labeling }) => labeling === 'expired').length;
  return sageMaker.created.length === expected
    ? wrong
    : [...wrong, `${sageMaker.created.length} labeling jobs were created, and ${expected} had to be carried on`];
}

function checkOne(job: PlannedJob, kind: PlannedLabeling, { made, alerts, all, incidents, late }: Found): string[] {
  const next = made.filter(({ tags }) => tags?.[PREDECESSOR_TAG] === job.name);
  const times = kind === 'expired' ? 1 : 0;
  const about = alerts.filter(({ id }) => nameIn(id) === job.name);
  return [
    ...(next.length === times ? [] : [`a labeling job that is ${kind} was carried on ${next.length} times`]),
    ...next.flatMap((one) => checkNext(job, one)),
    ...checkAudit(job, kind, all),
    ...checkTold(job, kind, about, incidents, late),
  ];
}

function checkNext(job: PlannedJob, { name, detail }: SimulatedResource): string[] {
  const made = Input.parse(detail);
  const manifest = made.InputConfig.DataSource.S3DataSource.ManifestS3Uri;
  return [
    ...(name === nextOf(job) ? [] : [`${name} carries it on, and not ${nextOf(job)}`]),
    ...(manifest === outputOf(job) ? [] : [`${name} was made from ${manifest}`]),
    ...(made.LabelAttributeName === 'sign' ? [] : [`${name} labels everything again`]),
  ];
}

/** That a job was created, and that it could not be, is on record once. */
function checkAudit(job: PlannedJob, kind: PlannedLabeling, all: readonly Item[]): string[] {
  const results = all.flatMap(({ record }) =>
    record?.action === 'chain-labeling-job' && record.key.includes(`|${job.arn}|`) ? [record.result] : [],
  );
  const expected = RESULTS[kind];
  const isRight =
    expected === undefined ? results.length === 0 : results.length === 1 && expected.test(results[0] ?? '');
  return isRight ? [] : [`of a labeling job that is ${kind} the audit says: ${results.join(', ') || 'nothing'}`];
}

/** Its end is told as what it was, under one name; and nothing of it while it ran was told twice. */
function checkTold(
  job: PlannedJob,
  kind: PlannedLabeling,
  about: readonly AlertMessage[],
  incidents: ReadonlySet<string>,
  late: ReadonlySet<string>,
): string[] {
  const ends = about.filter(({ outcome }) => outcome !== 'labeling');
  const causes = new Set(ends.map(({ cause }) => cause?.code));
  const expected = [KINDS[kind].cause, ...(late.has(job.name) && ASKED_LATER.has(kind) ? ['labeling-long-ago'] : [])];
  const isTrue = causes.size <= 1 && [...causes].every((cause) => expected.includes(cause));
  const ids = new Set(ends.map(({ id }) => id));
  const news = Map.groupBy(
    about.filter(({ outcome }) => outcome === 'labeling'),
    ({ id }) => id,
  );
  return [
    ...(isTrue ? [] : [`a labeling job that is ${kind} was told as ${[...causes].join(', ')}`]),
    ...(ids.size <= 1 ? [] : [`its end was told under ${ids.size} names: ${[...ids].join(', ')}`]),
    ...[...news].flatMap(([id, { length }]) =>
      length === 1 || incidents.has(id) || incidents.has(job.name)
        ? []
        : [`${id} was told ${length} times, and no answer was lost`],
    ),
  ];
}
