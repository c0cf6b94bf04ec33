/**
 * Final checks of labeling jobs: a job that expired with objects left is continued once, no other is, and people were
 * told.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { PREDECESSOR_TAG } from '../../domain/labeling/link.ts';
import type { SimulatedResource } from '../../local/embedded-aws/resource.ts';
import type { LocalAws } from '../../local/embedded-aws/start.ts';
import { AlertMessage } from '../../schemas/message/alert.ts';
import { type Item, items, nameIn } from './checks.ts';
import { KINDS, nextOf, outputOf } from './labeling.ts';
import type { PlannedJob, PlannedLabeling } from './lifecycle.ts';

/** The fields that a job was created with. */
const Input = z.object({
  LabelAttributeName: z.string(),
  InputConfig: z.object({ DataSource: z.object({ S3DataSource: z.object({ ManifestS3Uri: z.string() }) }) }),
});

/** The result in the audit record of creating a job, by kind. Jobs of the other kinds have no such record. */
const RESULTS: Readonly<Partial<Record<PlannedLabeling, RegExp>>> = {
  expired: /^(?:created|exists)$/,
  taken: /^taken$/,
  refused: /^refused: ValidationException/,
};

/** Kinds that may be announced as `labeling-long-ago` instead when their event is redriven more than a week later. */
const ASKED_LATER: ReadonlySet<PlannedLabeling> = new Set(['stalled', 'taken', 'refused']);

interface Found {
  readonly made: readonly SimulatedResource[];
  readonly alerts: readonly AlertMessage[];
  readonly all: readonly Item[];
  readonly incidents: ReadonlySet<string>;
  readonly late: ReadonlySet<string>;
}

/** Everything that is wrong. `late`: jobs whose events were redriven more than a week later. */
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

/** Creating a job, or failing to, has exactly one audit record. */
function checkAudit(job: PlannedJob, kind: PlannedLabeling, all: readonly Item[]): string[] {
  const results = all.flatMap(({ record }) =>
    record?.action === 'chain-labeling-job' && record.key.includes(`|${job.arn}|`) ? [record.result] : [],
  );
  const expected = RESULTS[kind];
  const isRight =
    expected === undefined ? results.length === 0 : results.length === 1 && expected.test(results[0] ?? '');
  return isRight ? [] : [`of a labeling job that is ${kind} the audit says: ${results.join(', ') || 'nothing'}`];
}

/** The alerts about the end have the right cause and one id; no alert about the running job was sent twice. */
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
