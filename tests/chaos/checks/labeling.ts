/** Checks of labeling jobs: one that expired with objects left is continued once, and no other is. */
import * as z from 'zod';
import type { SimulatedResource } from '../../../local/embedded-aws/resource.ts';
import type { SimulatedSageMaker } from '../../../local/embedded-aws/sagemaker.ts';
import { nextOf, outputOf } from '../plan/labeling.ts';
import type { Life, PlannedLabeling } from '../plan/life.ts';
import type { Item } from './items.ts';
import { subjectOf, type Told } from './told.ts';

/** The tag by which a created job names the job that it continues. */
const PREDECESSOR = 'ground-control:chained-from';

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

/**
 * Everything that is wrong. A job may be left to people if its alert says that its end was handled in mode observe, or
 * more than a week later.
 */
export function checkLabeling(
  lives: readonly Life[],
  all: readonly Item[],
  sageMaker: SimulatedSageMaker,
  told: readonly Told[],
): string[] {
  const created = new Set(sageMaker.created);
  const made = [...sageMaker.resources.values()].filter(({ name }) => created.has(name));
  // The last alert counts: a function may die after it said that it leaves the job, and the next one may not leave it.
  const last = new Map(told.flatMap((one) => (isOfEnd(one) ? [[subjectOf(one), one] as const] : [])));
  const left = new Set([...last].flatMap(([name, one]) => (isLeft(one) ? [name] : [])));
  const wrong = lives.flatMap((life) =>
    life.labeling === undefined
      ? []
      : checkOne(life, life.labeling, made, all, left.has(life.name)).map((what) => `${life.name}: ${what}`),
  );
  const expected = lives.filter(({ labeling, name }) => labeling === 'expired' && !left.has(name)).length;
  return sageMaker.created.length === expected
    ? wrong
    : [...wrong, `${sageMaker.created.length} labeling jobs were created, and ${expected} had to be continued`];
}

const isOfEnd = ({ alert }: Told) => alert.outcome !== 'labeling';

/** Whether people were told that Ground Control leaves the job to them for now, and not because of the job itself. */
const isLeft = ({ alert }: Told) => /^labeling-(?:observed|long-ago)$/.test(alert.cause?.code ?? '');

function checkOne(
  life: Life,
  kind: PlannedLabeling,
  made: readonly SimulatedResource[],
  all: readonly Item[],
  isLeft: boolean,
): string[] {
  const next = made.filter(({ tags }) => tags?.[PREDECESSOR] === life.name);
  const times = kind === 'expired' && !isLeft ? 1 : 0;
  return [
    ...(next.length === times ? [] : [`a labeling job that is ${kind} was continued ${next.length} times`]),
    ...next.flatMap((one) => checkNext(life, one)),
    ...(isLeft ? [] : checkAudit(life, kind, all)),
  ];
}

function checkNext(job: Life, { name, detail }: SimulatedResource): string[] {
  const made = Input.parse(detail);
  const manifest = made.InputConfig.DataSource.S3DataSource.ManifestS3Uri;
  return [
    ...(name === nextOf(job) ? [] : [`${name} continues it, and not ${nextOf(job)}`]),
    ...(manifest === outputOf(job) ? [] : [`${name} was made from ${manifest}`]),
    ...(made.LabelAttributeName === 'sign' ? [] : [`${name} labels everything again`]),
  ];
}

/** Creating a job, or failing to, has exactly one audit record. */
function checkAudit(job: Life, kind: PlannedLabeling, all: readonly Item[]): string[] {
  const results = all.flatMap(({ record }) =>
    record?.action === 'chain-labeling-job' && record.key.includes(`|${job.arn}|`) ? [record.result] : [],
  );
  const expected = RESULTS[kind];
  const isRight =
    expected === undefined ? results.length === 0 : results.length === 1 && expected.test(results[0] ?? '');
  return isRight ? [] : [`of a labeling job that is ${kind} the audit says: ${results.join(', ') || 'nothing'}`];
}
