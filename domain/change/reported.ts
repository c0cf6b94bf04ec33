/** Reads what a reference to an event reports, and completes it with SageMaker's description. */
import type * as z from 'zod/mini';
import type { StateChange } from '../../schemas/event/state-change.ts';
import { EventReference } from '../../schemas/message/event-reference.ts';
import { trustedGenerationOf } from './trusted-times.ts';

/** The change as far as its reference tells it. */
function changeOf({ resource, family, event, state, shown, tags }: EventReference): StateChange {
  const { type, name, arn, account, region, partition, part, parentArn, jobArn, within, answersAt } = resource;
  return {
    event,
    family,
    account,
    region,
    partition,
    resource: { type, name, arn },
    part,
    ...state,
    rawReason: state.reason,
    tags: new Map(tags),
    instances: [],
    billing: undefined,
    parentArn,
    jobArn,
    within,
    answersAt,
    qualifier: shown?.qualifier,
    details: shown?.details ?? [],
  };
}

/** Reads a reference, or else a whole event with `schema`. Older versions handed whole events over; people send them. */
export function readReported(input: unknown, schema: z.ZodMiniType<StateChange>) {
  const { data: reference } = EventReference.safeParse(input);
  return reference === undefined
    ? schema.safeParse(input)
    : ({ success: true, data: changeOf(reference), error: undefined } as const);
}

/** Seconds. Events carry creation times in milliseconds, descriptions carry fractions of seconds. */
const SAME_CREATION_SECONDS = 1;

/** Whether `described` is the resource that `reported` is about, not another one of its name. */
export function isOfSameResource(reported: StateChange, described: StateChange): boolean {
  const arns = [reported, described].flatMap(({ resource: { arn } }) => arn?.toLowerCase() ?? []);
  const generations = [reported, described].map(trustedGenerationOf).filter((generation) => generation !== 0);
  const [first = 0, second = first] = generations;
  return new Set(arns).size < 2 && Math.abs(first - second) <= SAME_CREATION_SECONDS;
}

/**
 * `reported`, with what only the description says. The identity, the statuses and the times of the event stay, so that
 * copies and late events are recognised. The description may lag behind the event.
 */
export const withDescription = (reported: StateChange, described: StateChange): StateChange => ({
  ...reported,
  reason: described.reason ?? reported.reason,
  rawReason: described.rawReason ?? reported.rawReason,
  // SageMaker may not give the tags.
  tags: described.tags.size > 0 ? described.tags : reported.tags,
  startedAt: reported.startedAt ?? described.startedAt,
  endedAt: reported.endedAt ?? described.endedAt,
  instances: described.instances,
  billing: described.billing,
  parentArn: reported.parentArn ?? described.parentArn,
  outputS3Uri: described.outputS3Uri,
  details: described.details,
});
