/** Checks of a story, while it runs and at its end. */
import { type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { amountOver } from '../../domain/cost/money.ts';
import type { LocalAws } from '../../local/embedded-aws/start.ts';
import { AlertMessage } from '../../schemas/message/alert.ts';
import type { PlannedBudget, PlannedJob } from './lifecycle.ts';
import { startOf } from './plan.ts';

/** The job's name in the id of an alert. */
export const nameIn = (change: string) => /job-\d+/.exec(change.replace(/^[^|]*\|[^|]*\//, ''))?.[0] ?? change;

/** How often each alert was published, by its id. */
export function announcements(publications: readonly { bodies: ReadonlyMap<string, string> }[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const { bodies } of publications) {
    const { id } = AlertMessage.parse(JSON.parse(bodies.get('default') ?? ''));
    times.set(id, (times.get(id) ?? 0) + 1);
  }
  return times;
}

/** An item of the table; only the fields that checks read. */
export interface Item {
  readonly pk: string;
  readonly status?: string;
  readonly ended?: boolean;
  readonly record?: { key: string; action: string; result: string };
  /** Ledger items only: an ended job and what it cost (`job`, `amount`), or the running jobs (`jobs`). */
  readonly job?: string;
  readonly amount?: number;
  readonly jobs?: Readonly<Record<string, { footing: string; upTo: number; spent: number }>>;
}

export async function items(client: DynamoDBClient): Promise<Item[]> {
  const all: Item[] = [];
  for await (const { Items = [] } of paginateScan(
    { client },
    { TableName: process.env['STATE_TABLE'] ?? '', ConsistentRead: true },
  )) {
    all.push(...Items.map((item) => unmarshall(item) as Item));
  }
  return all;
}

/** Whether an alert is about a job's end, and not about a budget or a running labeling job. */
const isOfEnd = (id: string) => !/^(?:budget|labeling)\|/.test(id);

const keyOf = (job: PlannedJob) => `${job.type}|${job.arn}`;
const lastOf = (job: PlannedJob) => job.changes[job.changes.length - 1] ?? job.changes[0];

/** The job runs until it is stopped, and its plan has no end. */
const runsOn = (job: PlannedJob) => job.changes.length === 1;

/**
 * When the end of a job was announced, the table must say that it ended, even before reconciliation repairs anything.
 */
export async function regressed(
  jobs: readonly PlannedJob[],
  client: DynamoDBClient,
  told: readonly string[],
): Promise<string[]> {
  const ends = told.map((body) => AlertMessage.parse(JSON.parse(body))).filter(({ id }) => isOfEnd(id));
  const ids = new Set(ends.map(({ resource }) => resource.name));
  const known = new Map((await items(client)).map((item) => [item.pk, item]));
  return jobs.flatMap((job) => {
    const item = known.get(`resource#${keyOf(job)}`);
    if (runsOn(job) || !ids.has(job.name) || item?.status === lastOf(job).status) return [];
    return [`${job.name}: its end ${lastOf(job).status} was told, and the table says ${item?.status}`];
  });
}

/**
 * Final checks: every end was announced, is in the table and in the audit, and no end was announced twice without a
 * fault.
 */
export async function check(
  jobs: readonly PlannedJob[],
  client: DynamoDBClient,
  publications: readonly { bodies: ReadonlyMap<string, string> }[],
  incidents: ReadonlySet<string>,
): Promise<string[]> {
  const told = announcements(publications);
  const all = await items(client);
  const known = new Map(all.map((item) => [item.pk, item]));
  const audited = new Set(all.flatMap(({ record }) => (record === undefined ? [] : [record.key])));
  const byJob = new Map(
    [...told].flatMap(([id, times]) => (isOfEnd(id) ? [[nameIn(id), { id, times }] as const] : [])),
  );
  return jobs.flatMap((job) => {
    if (runsOn(job)) return [];
    const wrong: string[] = [];
    const end = byJob.get(job.name);
    if (end === undefined) return [`${job.name}: its end ${lastOf(job).status} was never told`];
    if (end.times > 1 && !incidents.has(end.id) && !incidents.has(job.name))
      wrong.push(`${job.name}: its end was told ${end.times} times, and no answer was lost`);
    if (known.get(`resource#${keyOf(job)}`)?.status !== lastOf(job).status)
      wrong.push(`${job.name}: the table does not say ${lastOf(job).status}`);
    const isAudited = [...audited].some((key) => key.startsWith('notify|') && key.endsWith(`|${end.id}`));
    if (!isAudited) wrong.push(`${job.name}: what was told is not in the audit`);
    return wrong;
  });
}

const EXPECTED_STOPS: Readonly<Record<Exclude<PlannedBudget, 'counted'>, readonly number[]>> = {
  spent: [1],
  spending: [1],
  protected: [0],
  modest: [0],
  sharing: [0, 1],
};

/** A month's budget is enough for half of the jobs that share it. About half must be stopped, and never all. */
function checkSharing(jobs: readonly PlannedJob[], aws: LocalAws): string[] {
  const sharing = jobs.filter(({ budget }) => budget === 'sharing');
  const stopped = sharing.filter(({ arn }) => aws.sageMaker.stopped.includes(arn)).length;
  const isRight = sharing.length < 4 || (stopped >= Math.floor(sharing.length / 2) - 1 && stopped < sharing.length);
  return isRight ? [] : [`${stopped} of ${sharing.length} jobs were stopped that share a month for half of them`];
}

/** Final checks of budgets: a job over its budget is stopped once, no other job is, and people were told. */
export function checkBudgets(jobs: readonly PlannedJob[], aws: LocalAws, incidents: ReadonlySet<string>): string[] {
  const told = announcements(aws.publications);
  const toldOf = (job: PlannedJob, word: string) =>
    [...told].filter(([id]) => id.startsWith('budget|') && nameIn(id) === job.name && id.includes(`|${word}|`));
  // If the alert about a stop could not be sent before the job had ended, the alert about the end mentions the stop.
  const toldAtEnd = new Set(
    aws.publications.flatMap(({ bodies }) => {
      const { cause, resource } = AlertMessage.parse(JSON.parse(bodies.get('default') ?? ''));
      return cause?.code.startsWith('stopped-at-') === true ? [resource.name] : [];
    }),
  );
  const byJob = jobs.flatMap((job) => {
    if (job.budget === undefined || job.budget === 'counted') return [];
    const wrong: string[] = [];
    const stops = aws.sageMaker.stopped.filter((arn) => arn === job.arn).length;
    const expected = EXPECTED_STOPS[job.budget];
    if (!expected.includes(stops)) wrong.push(`${job.name}: a job that is ${job.budget} was stopped ${stops} times`);
    const news = toldOf(job, job.budget === 'protected' ? 'over' : 'stopped');
    const times = news.reduce((sum, [, count]) => sum + count, 0);
    if (times === 0 && !toldAtEnd.has(job.name) && (stops > 0 || job.budget === 'protected'))
      wrong.push(`${job.name}: that it is ${job.budget} was never told`);
    const excused = news.some(([id]) => incidents.has(id)) || incidents.has(job.name);
    if (times > 1 && !excused) wrong.push(`${job.name}: its stop was told ${times} times, and no answer was lost`);
    return wrong;
  });
  return [...byJob, ...checkSharing(jobs, aws)];
}

/** 2 `ml.g5.2xlarge` at 1.515 USD an hour. */
const PER_HOUR = 30_300_000_000n;

const ledgerItems = async (client: DynamoDBClient) =>
  (await items(client)).filter(({ pk }) => pk.startsWith('ledger#'));

/** Checks of a month `seconds` into the story: every booked job is in the ledger, and no money is promised twice. */
export async function overbooked(
  jobs: readonly PlannedJob[],
  client: DynamoDBClient,
  usd: number,
  seconds: number,
): Promise<string[]> {
  const sharing = jobs.filter(({ budget }) => budget === 'sharing');
  const ledgers = await ledgerItems(client);
  const holdings = new Map(
    ledgers.flatMap(({ pk, jobs: held = {} }) => (pk.includes('|sharing|') ? Object.entries(held) : [])),
  );
  const given = [...holdings.values()].reduce((sum, { upTo, spent }) => sum + Math.max(upTo, spent), 0);
  const known = new Set((await items(client)).flatMap(({ pk }) => (pk.startsWith('budget#') ? [pk] : [])));
  const lost = sharing.filter(
    ({ arn }) =>
      known.has(`budget#training-job|${arn}`) && ![...holdings.keys()].some((key) => key.includes(`${arn}|`)),
  );
  // A job without money goes on spending until it is stopped.
  const most = usd * 1_000_000 + sharing.length * amountOver(PER_HOUR, seconds);
  return [
    ...lost.map(({ name }) => `${name}: it was booked, and does not stand in its month`),
    ...(given > most ? [`the month of those that share has given away ${given} of ${most}`] : []),
  ];
}

/** Final checks of the ledgers: every job is in its ledger once, with what it cost. */
export async function checkLedgers(
  jobs: readonly PlannedJob[],
  client: DynamoDBClient,
  aws: LocalAws,
): Promise<string[]> {
  const ledgers = await ledgerItems(client);
  const nameOf = (key: string) => /job-\d+/.exec(key.replace(/^[^|]*\|[^/]*\//, ''))?.[0] ?? key;
  const ended = new Map<string, number>();
  for (const { job, amount = 0 } of ledgers) {
    if (job !== undefined) ended.set(nameOf(job), (ended.get(nameOf(job)) ?? 0) + amount);
  }
  const running = new Map(
    ledgers.flatMap(({ jobs: held = {} }) => Object.entries(held).map(([key, holding]) => [nameOf(key), holding])),
  );
  const wrong = jobs.flatMap((job) => {
    const inLedger = [ended.has(job.name), running.has(job.name) && !ended.has(job.name)];
    if (job.budget === 'counted') {
      const end = job.changes.at(-1)?.at ?? 0;
      const seconds = Math.ceil((job.createdAt - job.changes[0].at + end - startOf(job)) / 1000);
      const cost = amountOver(PER_HOUR, seconds);
      return ended.get(job.name) === cost
        ? []
        : [`${job.name}: its month says ${ended.get(job.name)}, and it cost ${cost}`];
    }
    if (job.budget === 'sharing') {
      const isStopped = aws.sageMaker.stopped.includes(job.arn);
      const holding = running.get(job.name);
      if (isStopped && ended.has(job.name)) return [];
      if (inLedger[0] !== false || holding === undefined) return [`${job.name}: its month does not say that it runs`];
      // A job that may go on must have money left.
      return holding.footing === 'free' && holding.upTo <= holding.spent
        ? [`${job.name}: it may go on, and has nothing left: ${JSON.stringify(holding)}`]
        : [];
    }
    return inLedger.includes(true) ? [`${job.name}: it stands in a ledger, and belongs to none`] : [];
  });
  const count = ended.size + [...running.keys()].filter((name) => !ended.has(name)).length;
  const expected = jobs.filter(({ budget }) => budget === 'counted' || budget === 'sharing').length;
  return count === expected ? wrong : [...wrong, `the ledgers hold ${count} jobs of ${expected}`];
}
