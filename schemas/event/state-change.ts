/**
 * The one shape every SageMaker event is read into, and the builder that families make their schemas with.
 *
 * A family's schema says which fields of `detail` it reads and what they mean (a `Reading`); the envelope, identity and
 * clean-up are the same for all and live here.
 */

import * as z from 'zod/mini';
import type { Family, JobType, ResourceType } from '../vocabulary.ts';
import type { Billing, Instances } from './billing.ts';
import '../zod-english.ts';
import { cutText, plainText } from '../text/plain-text.ts';
import { hideSecrets, secretsIn } from '../text/secrets.ts';
import { harmless } from './harmless.ts';
import * as v from './values.ts';

/** A fact of one family that people want to see, in the order it is shown. */
export interface Detail {
  readonly label: string;
  readonly value: string;
}

/** What one event says, in one spelling. Text in it is printable, bounded and without secrets. */
export interface StateChange {
  readonly event: { readonly id: string | undefined; readonly detailType: string; readonly at: Date | undefined };
  readonly family: Family;
  readonly account: string | undefined;
  readonly region: string | undefined;
  readonly partition: string;
  /** `type` is the ARN's word for it (`training-job`), `name` as SageMaker spells it. */
  readonly resource: { readonly type: string; readonly name: string; readonly arn: string | undefined };
  /** What of the resource changed, where several parts of it share its ARN: a node, a step, a task. */
  readonly part: string | undefined;
  /** As received; absent where the event type has none or the sender left it out. */
  readonly status: string | undefined;
  readonly secondaryStatus: string | undefined;
  /** The service's own words about a failure, without secrets; at most 1,024 characters. */
  readonly reason: string | undefined;
  /** The same with everything in it, for finding its cause; never said. */
  readonly rawReason: string | undefined;
  readonly tags: v.Tags;
  readonly createdAt: Date | undefined;
  readonly startedAt: Date | undefined;
  readonly endedAt: Date | undefined;
  /** When the resource says it changed; the event's own time is when it was sent. */
  readonly modifiedAt: Date | undefined;
  readonly instances: readonly Instances[];
  /** What its cost is worked out from; absent of what is not charged by the hour. */
  readonly billing: Billing | undefined;
  /** ARN of the tuning job that runs this training job. */
  readonly parentArn: string | undefined;
  /** ARN of the job that a pipeline step runs: where to look when it fails. */
  readonly jobArn: string | undefined;
  /** What changes the meaning of the status: an approval, a failed part. A few words. */
  readonly qualifier: string | undefined;
  readonly details: readonly Detail[];
}

/** What a family reads out of `detail`. Everything but the type may be missing. `T`: the types it may be. */
export interface Reading<T extends string = ResourceType | JobType> {
  readonly type: T;
  readonly name?: string | undefined;
  readonly arn?: string | undefined;
  readonly status?: string | undefined;
  readonly secondaryStatus?: string | undefined;
  readonly reason?: string | undefined;
  readonly tags?: v.Tags;
  readonly createdAt?: Date | undefined;
  readonly startedAt?: Date | undefined;
  readonly endedAt?: Date | undefined;
  readonly modifiedAt?: Date | undefined;
  readonly part?: string | undefined;
  readonly instances?: readonly Instances[];
  readonly billing?: Billing;
  readonly parentArn?: string | undefined;
  readonly jobArn?: string | undefined;
  readonly qualifier?: string | undefined;
  readonly details?: Readonly<Record<string, string | number | undefined>>;
}

/** A schema for the `detail` of one detail-type. */
export type DetailSchema = z.ZodMiniType<Reading>;

const LONGEST_REASON = 1024;
const LONGEST_RAW_REASON = 4096;
const LONGEST_DETAIL = 500;
const LONGEST_QUALIFIER = 120;

/** The envelope's fields that are read, besides detail-type and detail. */
export const envelope = {
  id: v.text,
  account: v.text,
  region: v.text,
  time: v.instant,
  resources: v.list(v.mapped(z.string(), (arn) => plainText(arn, 2048))),
};

/** An event of detail-type `detailType` whose detail `detail` reads. */
export function eventOf<T extends string>(detailType: T, detail: DetailSchema) {
  return z.object({ ...envelope, 'detail-type': z.literal(detailType), detail });
}

/**
 * Events of several detail-types, each with a detail of its own. Any other detail-type is read by `otherwise`, or refused.
 * The schema of an event is chosen by its detail-type first, so that errors are those of the one schema that applies.
 */
export function eventsOf(details: Readonly<Record<string, DetailSchema>>, otherwise?: z.ZodMiniType<ReadEvent>) {
  const fallback = otherwise ?? z.object({ ...envelope, 'detail-type': z.enum(Object.keys(details)), detail: nothing });
  const built = new Map<string, z.ZodMiniType<ReadEvent>>();
  const schemaFor = (name: string) => {
    const detail = Object.hasOwn(details, name) ? details[name] : undefined;
    if (detail === undefined) return fallback;
    const schema = built.get(name) ?? eventOf(name, detail);
    built.set(name, schema);
    return schema;
  };
  return z.pipe(
    z.unknown(),
    z.transform((input, context): ReadEvent => {
      const name = Named.safeParse(input).data?.['detail-type'] ?? '';
      const read = z.safeParse(schemaFor(name), input);
      if (read.success) return read.data;
      for (const { path, message } of read.error.issues) {
        context.issues.push({ code: 'custom', path: [...path], message, input });
      }
      return z.NEVER;
    }),
  );
}

const Named = z.object({ 'detail-type': z.string() });
const nothing = v.mapped(z.unknown(), (): Reading<string> => ({ type: 'unknown' }));

/** What every event schema reads. */
export interface ReadEvent {
  readonly id: string | undefined;
  readonly account: string | undefined;
  readonly region: string | undefined;
  readonly time: Date | undefined;
  readonly resources: readonly string[];
  readonly 'detail-type': string;
  readonly detail: Reading<string>;
}

/**
 * The schema of one family's function: input is whatever Lambda was handed, output is a `StateChange`.
 * Refuses, naming the path, what cannot be read at all.
 */
export function stateChangeOf(family: Family, event: z.ZodMiniType<ReadEvent>) {
  return z.pipe(
    harmless,
    z.transform((input, context): StateChange => {
      const read = z.safeParse(event, input);
      if (read.success) return toStateChange(family, read.data, Detailed.safeParse(input).data?.detail);
      for (const { path, message } of read.error.issues) {
        context.issues.push({ code: 'custom', path: [...path], message, input });
      }
      return z.NEVER;
    }),
  );
}

const Detailed = z.object({ detail: z.optional(z.unknown()) });

function toStateChange(family: Family, event: ReadEvent, detail: unknown): StateChange {
  const reading = event.detail;
  const arn = reading.arn ?? event.resources[0];
  const at = locate(arn);
  const rawReason =
    reading.reason === undefined ? undefined : plainText(reading.reason, LONGEST_RAW_REASON) || undefined;
  return {
    event: { id: event.id, detailType: plainText(event['detail-type'], 128), at: event.time },
    family,
    account: at.account ?? event.account,
    region: at.region ?? event.region,
    partition: at.partition ?? partitionOf(event.region),
    resource: { type: reading.type, name: reading.name ?? lastWord(arn) ?? 'unknown', arn },
    part: reading.part ?? partOf(reading, event),
    status: reading.status,
    secondaryStatus: reading.secondaryStatus,
    reason: rawReason && (plainText(hideSecrets(rawReason, secretsIn(detail)), LONGEST_REASON) || undefined),
    rawReason,
    tags: reading.tags ?? new Map(),
    createdAt: reading.createdAt,
    startedAt: reading.startedAt,
    endedAt: reading.endedAt,
    modifiedAt: reading.modifiedAt,
    instances: reading.instances ?? [],
    billing: reading.billing,
    parentArn: reading.parentArn,
    jobArn: reading.jobArn,
    qualifier: reading.qualifier === undefined ? undefined : cutText(hideSecrets(reading.qualifier), LONGEST_QUALIFIER),
    details: Object.entries(reading.details ?? {}).flatMap(([label, value]) =>
      value === undefined ? [] : [{ label, value: cutText(hideSecrets(String(value)), LONGEST_DETAIL) }],
    ),
  };
}

/** Tasks have no name of their own, and some events name nothing at all: then each event is a thing of its own. */
function partOf({ type, arn, name }: Reading<string>, { id, resources }: ReadEvent): string | undefined {
  const nameless = arn === undefined && name === undefined && resources.length === 0;
  return nameless || type === 'labeling-task' || type === 'human-task' ? id : undefined;
}

const ARN = /^arn:(aws[a-z-]*):[a-z0-9-]+:([a-z]{2}(?:-[a-z]+)+-\d+):(\d{1,12}):/;

/** The resource's own region, not the envelope's: console links must lead to where the resource is. */
function locate(arn: string | undefined) {
  const [, partition, region, account] = ARN.exec(arn ?? '') ?? [];
  return { partition, region, account };
}

function partitionOf(region: string | undefined): string {
  if (region?.startsWith('cn-')) return 'aws-cn';
  return region?.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

function lastWord(arn: string | undefined): string | undefined {
  return arn?.slice(arn.lastIndexOf('/') + 1) || undefined;
}
