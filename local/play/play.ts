/** Plays events: routes each one like EventBridge and calls the production handler on the embedded AWS. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import type { DecisionRecord, Handler } from '../../handlers/event.ts';
import type { PutEvent } from '../embedded-aws/events.ts';
import type { Call } from '../embedded-aws/protocol.ts';
import type { SimulatedResource } from '../embedded-aws/resource.ts';
import type { Publication } from '../embedded-aws/sns.ts';
import type { LocalAws } from '../embedded-aws/start.ts';
import { type Beside, storeBeside } from './beside.ts';
import { localContext } from './context.ts';
import { describedJob } from './described-job.ts';
import { matches } from './event-pattern.ts';
import { emptyQueues } from './queues.ts';
import { type Rule, readRules } from './rules.ts';

/** The folder of serverless.yml. */
export const SERVICE = join(import.meta.dirname, '../..');

/** The result of playing one event. */
export interface Played extends Omit<DecisionRecord, 'eventId'> {
  /** The function that got the event; absent when no rule matched. */
  readonly functionName: string | undefined;
  /** Every AWS call that the functions made. */
  readonly calls: readonly Call[];
  readonly publications: readonly Publication[];
  /** What was published to the bus for other systems. */
  readonly events: readonly PutEvent[];
}

const Module = z.object({
  handler: z.custom<Handler>((value) => typeof value === 'function'),
});
/** Input with the fields that route an event. */
const Addressed = z.object({ 'detail-type': z.string(), source: z.unknown() }).partial({ source: true });

/** Plays one event; `beside` is what its job has written. Rejects when a function throws. */
export type Play = (event: unknown, beside?: Beside) => Promise<Played>;

/**
 * `fresh`: each event is played as the first one of its resource, since sample files are not the history of one
 * resource.
 *
 * `history`: the table and SageMaker remember the events before, so that copies and late events are told apart.
 */
export type Memory = 'fresh' | 'history';

/**
 * A player on `aws`. Input that is not an event goes to the function `resource`, which quarantines it. An event without
 * `source`, as people write by hand, counts as SageMaker's.
 */
export function playerOf(aws: LocalAws, memory: Memory): Play {
  const rules = readRules(join(SERVICE, 'serverless.yml'));
  return async (event, beside) => {
    const addressed = Addressed.safeParse(event);
    const rule = addressed.success
      ? ruleFor(rules, event)
      : rules.find(({ functionName }) => functionName === 'resource');
    if (rule === undefined) return unmatched(addressed.data?.['detail-type'], addressed.data?.source);
    const { handler } = Module.parse(await import(pathToFileURL(join(SERVICE, `${rule.module}.ts`)).href));
    aws.clear();
    if (memory === 'fresh') {
      await aws.emptyTable();
      aws.sageMaker.resources.clear();
      aws.logs.clear();
      aws.s3.objects.clear();
    }
    const job = describedJob(event);
    if (job !== undefined && !isOlder(job, aws.sageMaker.resources.get(job.arn))) aws.sageMaker.put(job);
    if (beside !== undefined) storeBeside(aws, event, beside);
    const first = await handler(event, localContext(rule.functionName));
    const { by: _by, eventId: _, ...record } = { by: undefined, ...((await emptyQueues(aws)).at(-1) ?? first) };
    return {
      ...record,
      detailType: record.detailType ?? addressed.data?.['detail-type'],
      functionName: rule.functionName,
      calls: [...aws.calls],
      publications: [...aws.publications],
      events: [...aws.eventBridge.events],
    };
  };
}

/** Whether a late event tells of `job`: SageMaker describes what is newest, and an end before anything that runs. */
function isOlder(job: SimulatedResource, known: SimulatedResource | undefined): boolean {
  if (known === undefined || job.createdAt > known.createdAt) return false;
  const isRunning = ({ status }: SimulatedResource) => status === 'InProgress' || status === 'Stopping';
  if (isRunning(job) !== isRunning(known)) return isRunning(job);
  return job.modifiedAt < known.modifiedAt;
}

/** The rule that `event` matches; absent when none does. */
export function ruleFor(rules: readonly Rule[], event: unknown): Rule | undefined {
  const whole = z.looseObject({}).catch({}).parse(event);
  const sent = whole['source'] === undefined ? { ...whole, source: 'aws.sagemaker' } : whole;
  return rules.find(({ pattern }) => matches(pattern, sent));
}

function unmatched(detailType: string | undefined, source: unknown): Played {
  const from = typeof source === 'string' ? `source "${source.slice(0, 64)}"` : 'its source';
  return {
    outcome: 'ignored',
    detailType,
    functionName: undefined,
    resource: undefined,
    status: undefined,
    severity: undefined,
    reason: `no rule of serverless.yml matches ${from} with detail-type "${(detailType ?? '').slice(0, 128)}"`,
    actions: [],
    calls: [],
    publications: [],
    events: [],
  };
}
