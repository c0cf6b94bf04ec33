/**
 * Descriptions of labeling jobs for tests, all made from one sample: a job of 6,252 objects that expired with 399
 * left.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Progress } from '../../domain/labeling/progress.ts';
import { LabelingDescription } from '../../schemas/api/labeling-job.ts';
import type { LabelingPolicy } from '../../schemas/configuration/labeling.ts';
import { ROOT } from './events.ts';

/** The text of a file in tests/fixtures/labeling. */
export const readFixture = (name: string): string => readFileSync(join(ROOT, 'tests/fixtures/labeling', name), 'utf8');

/** The sample, as DescribeLabelingJob returns it. */
export const SAMPLE = JSON.parse(readFixture('describe.expired.json'));

/** The role of the sample. */
export const ROLE: string = SAMPLE.RoleArn;
/** What lets Ground Control continue the sample. */
export const ENFORCED = { mode: 'enforce', roles: [ROLE] };

export const DAY = 86_400_000;
/** The moment `days` after the sample was created. */
export const daysIn = (days: number): Date => new Date(Date.parse(SAMPLE.CreationTime) + days * DAY);

/** The sample with `over` instead. */
export const jobOf = (over: object = {}): LabelingDescription => LabelingDescription.parse({ ...SAMPLE, ...over });

/** How many objects have a label, have none yet, and failed for good. */
export const counters = (TotalLabeled: number, Unlabeled: number, FailedNonRetryableError = 0) => ({
  LabelCounters: { TotalLabeled, HumanLabeled: TotalLabeled, MachineLabeled: 0, Unlabeled, FailedNonRetryableError },
});

/** The counters of the sample without these, which SageMaker then does not report. */
export const countersWithout = (...missing: string[]) => ({
  LabelCounters: Object.fromEntries(Object.entries(SAMPLE.LabelCounters).filter(([name]) => !missing.includes(name))),
});

/** The sample's task with `over` instead. */
export const taskOf = (over: object) => ({ HumanTaskConfig: { ...SAMPLE.HumanTaskConfig, ...over } });

/** The sample's task, done by a team of this kind: `private`, `public` or `vendor`. */
export const teamOf = (kind: string, more: object = {}) =>
  taskOf({ WorkteamArn: `arn:aws:sagemaker:us-east-1:111122223333:workteam/${kind}-crowd/x`, ...more });

/** What a job that Ground Control created carries: the number of its link. */
export const linkTag = (link: number | string) => ({ Key: 'ground-control:chain-link', Value: String(link) });

/** How many objects had labels before Ground Control created the job. */
export const labeledBeforeTag = (count: number) => ({ Key: 'ground-control:labeled-before', Value: String(count) });

/** A policy that chains expired jobs, with `over` instead. */
export const policyOf = (over: Partial<LabelingPolicy> = {}): LabelingPolicy => ({
  mode: 'enforce',
  roles: [ROLE],
  chain: ['expired'],
  mostLinks: 5,
  mostUsd: 100,
  warnDays: 3,
  stalledHours: 72,
  tags: { optOut: ['ground-control:no-chain'] },
  ...over,
});

/** Lines of an output that are not JSON, the first of them at `firstBroken`. */
export const notJson = (broken: number, firstBroken: readonly number[]) => ({
  broken,
  faults: { 'not-json': broken, 'no-object': 0, 'too-long': 0 },
  firstBroken,
});

/** The counts of the sample's output manifest, with `over` instead. */
export const progressOf = (over: Partial<Progress> = {}): Progress => ({
  labeled: 5853,
  labeledByThisJob: 5853,
  untouched: 399,
  failed: 0,
  broken: 0,
  faults: { 'not-json': 0, 'no-object': 0, 'too-long': 0 },
  firstBroken: [],
  reasons: new Map(),
  ...over,
});
