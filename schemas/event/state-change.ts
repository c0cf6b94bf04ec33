/**
 * `StateChange`, the one shape that every SageMaker event is parsed into, and the functions that build each family's
 * schema.
 *
 * A family's schema says which fields of `detail` it reads and what they mean (a `Reading`). This file adds what all
 * families share: the envelope, the resource's identity, limits of length, and hiding secrets.
 */

import * as z from 'zod/mini';
import { lookUp } from '../look-up.ts';
import type { Family, JobType, ResourceType } from '../vocabulary.ts';
import type { Billing, Instances } from './billing.ts';
import '../zod-english.ts';
import { cutText, plainText } from '../text/plain-text.ts';
import { quotable } from '../text/reason.ts';
import { hideSecrets, secretsIn } from '../text/secrets.ts';
import { harmless } from './harmless.ts';
import * as v from './values.ts';

/** A fact that only some families have. Alerts show details in their order. */
export interface Detail {
  readonly label: string;
  readonly value: string;
}

/**
 * One event, in the same spelling for all families. Its text is printable and of limited length. `reason`, `qualifier`
 * and `details` are without secrets.
 */
export interface StateChange {
  readonly event: { readonly id: string | undefined; readonly detailType: string; readonly at: Date | undefined };
  readonly family: Family;
  readonly account: string | undefined;
  readonly region: string | undefined;
  readonly partition: string;
  /**
   * `type` is a `ResourceType` or, for a new event type, derived from its detail-type. `name` as SageMaker spells it.
   */
  readonly resource: { readonly type: string; readonly name: string; readonly arn: string | undefined };
  /** The part of the resource that changed, when several parts share its ARN: a node, a step, a task. */
  readonly part: string | undefined;
  /** As received; absent when the event type has no status or SageMaker left it out. */
  readonly status: string | undefined;
  readonly secondaryStatus: string | undefined;
  /** SageMaker's words about a failure, without secrets; at most 1,024 characters. */
  readonly reason: string | undefined;
  /** The same with secrets, at most 4,096 characters. Only for recognising the cause; must not appear in any output. */
  readonly rawReason: string | undefined;
  readonly tags: v.Tags;
  readonly createdAt: Date | undefined;
  readonly startedAt: Date | undefined;
  readonly endedAt: Date | undefined;
  /** When the resource changed, as its `LastModifiedTime` says; `event.at` is when SageMaker sent the event. */
  readonly modifiedAt: Date | undefined;
  readonly instances: readonly Instances[];
  /** The facts its cost is calculated from; absent for resources that are not charged by the hour. */
  readonly billing: Billing | undefined;
  /** What an endpoint serves; absent for other resources. */
  readonly serving?: Serving | undefined;
  /** Where its result is in S3, without secrets. */
  readonly outputS3Uri?: string | undefined;
  /** Where the answers of a human loop are, as received. Only for reading them; must not appear in any output. */
  readonly answersAt?: string | undefined;
  /** The kind of failure of a human loop: a code that A2I documents. */
  readonly failureCode?: string | undefined;
  /** The EC2 instance of a HyperPod cluster that the change is about. */
  readonly node?: string | undefined;
  /** What HyperPod does about an unhealthy node; absent if the event does not say. */
  readonly repair?: Repair | undefined;
  /** ARN of the tuning job that runs this training job. */
  readonly parentArn: string | undefined;
  /** ARN of the job that a pipeline step runs; its logs explain why the step failed. */
  readonly jobArn: string | undefined;
  /** Name of the resource that it belongs to: the pipeline of a step, the flow definition of a human loop. */
  readonly within: string | undefined;
  /**
   * A few words that change the meaning of the status, such as an approval or a failed part; at most 120 characters.
   */
  readonly qualifier: string | undefined;
  readonly details: readonly Detail[];
  /** `qualifier`, and the labels of details, that quote what others wrote. */
  readonly quotes?: readonly string[];
}

/** What HyperPod does with an unhealthy node. */
export type Repair = 'none' | 'reboot' | 'replace';

/** What an endpoint serves, and what is being deployed to it. */
export interface Serving {
  /** The endpoint config that serves. */
  readonly config: string | undefined;
  /** The endpoint config that is being deployed; absent while nothing is, and when only the capacity changes. */
  readonly deploying: string | undefined;
  /** Variants that run on instances. */
  readonly variants: readonly Variant[];
}

/** A production variant. A count is absent when the event does not have it. */
export interface Variant {
  readonly name: string;
  readonly current: number | undefined;
  readonly desired: number | undefined;
}

/** What a family's schema reads out of `detail`. Only the type is required. `T` is the union of possible types. */
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
  readonly serving?: Serving;
  readonly outputS3Uri?: string | undefined;
  readonly answersAt?: string | undefined;
  readonly failureCode?: string | undefined;
  readonly node?: string | undefined;
  readonly repair?: Repair | undefined;
  readonly parentArn?: string | undefined;
  readonly jobArn?: string | undefined;
  readonly within?: string | undefined;
  readonly qualifier?: string | undefined;
  readonly details?: Readonly<Record<string, string | number | undefined>>;
  readonly quotes?: readonly string[];
}

/** A schema for the `detail` of one detail-type. */
export type DetailSchema = z.ZodMiniType<Reading>;

const LONGEST_RAW_REASON = 4096;
const LONGEST_DETAIL = 500;
const LONGEST_QUALIFIER = 120;

/** The fields of the EventBridge envelope that are read, except `detail-type` and `detail`. */
export const envelope = {
  id: v.text,
  account: v.text,
  region: v.text,
  time: v.instant,
  resources: v.list(v.mapped(z.string(), (arn) => plainText(arn, 2048))),
};

/** Schema of an event with the detail-type `detailType`; `detail` is the schema of its detail. */
export function eventOf<T extends string>(detailType: T, detail: DetailSchema) {
  return z.object({ ...envelope, 'detail-type': z.literal(detailType), detail });
}

/**
 * Schema of events of several detail-types, each with its own schema of `detail`. `otherwise` reads any other
 * detail-type; without it, they are refused. The detail-type alone selects the schema, so that errors come from the one
 * that applies.
 */
export function eventsOf(details: Readonly<Record<string, DetailSchema>>, otherwise?: z.ZodMiniType<ReadEvent>) {
  const fallback = otherwise ?? z.object({ ...envelope, 'detail-type': z.enum(Object.keys(details)), detail: nothing });
  const built = new Map<string, z.ZodMiniType<ReadEvent>>();
  const schemaFor = (name: string) => {
    const detail = lookUp(details, name);
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

/** The output of every event schema: the envelope and a `Reading`. */
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
 * The schema of one family's function: input is anything that Lambda passes, output is a `StateChange`.
 * Input that cannot be read becomes an issue with its path.
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
    reason: rawReason && quotable(rawReason, secretsIn(detail)),
    rawReason,
    tags: reading.tags ?? new Map(),
    createdAt: reading.createdAt,
    startedAt: reading.startedAt,
    endedAt: reading.endedAt,
    modifiedAt: reading.modifiedAt,
    instances: reading.instances ?? [],
    billing: reading.billing,
    serving: reading.serving,
    // Its own hyperparameters would hide parts of the path, such as the name of the job.
    outputS3Uri: reading.outputS3Uri && hideSecrets(reading.outputS3Uri),
    answersAt: reading.answersAt,
    failureCode: reading.failureCode,
    node: reading.node,
    repair: reading.repair,
    parentArn: reading.parentArn,
    jobArn: reading.jobArn,
    within: reading.within,
    qualifier: reading.qualifier === undefined ? undefined : cutText(hideSecrets(reading.qualifier), LONGEST_QUALIFIER),
    details: Object.entries(reading.details ?? {}).flatMap(([label, value]) =>
      value === undefined ? [] : [{ label, value: cutText(hideSecrets(String(value)), LONGEST_DETAIL) }],
    ),
    ...(reading.quotes !== undefined && { quotes: reading.quotes }),
  };
}

/**
 * Tasks have no name, and some events name no resource at all. The event id then stands in, so that no two events are
 * one.
 */
function partOf({ type, arn, name }: Reading<string>, { id, resources }: ReadEvent): string | undefined {
  const nameless = arn === undefined && name === undefined && resources.length === 0;
  return nameless || type === 'labeling-task' || type === 'human-task' ? id : undefined;
}

const ARN = /^arn:(aws[a-z-]*):[a-z0-9-]+:([a-z]{2}(?:-[a-z]+)+-\d+):(\d{1,12}):/;

/** Reads the ARN rather than the envelope: console links must lead to the region of the resource. */
function locate(arn: string | undefined) {
  const [, partition, region, account] = ARN.exec(arn ?? '') ?? [];
  return { partition, region, account };
}

function partitionOf(region: string | undefined): string {
  if (region?.startsWith('cn-')) return 'aws-cn';
  return region?.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** The part after the last slash, which is the name in SageMaker's ARNs. */
function lastWord(arn: string | undefined): string | undefined {
  return arn?.slice(arn.lastIndexOf('/') + 1) || undefined;
}
