/** Makes references to events. `reported.ts` reads them, so that functions that only send them do not load that. */
import type { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import type { EventReference } from '../../schemas/message/event-reference.ts';
import { MARK } from './redriven.ts';

/**
 * The reference to the event of `change`, for the function `to`. `redrive` is the redrive with which people put the event
 * back.
 */
export function referenceOf(
  change: StateChange,
  { tags: keys, relays }: Pick<FunctionConfiguration, 'tags' | 'relays'>,
  redrive: string | undefined,
  to: NonNullable<EventReference['to']>,
): EventReference {
  const { resource, account, region, partition, part, parentArn, jobArn, within, family, event } = change;
  const {
    status,
    secondaryStatus,
    reason,
    createdAt,
    startedAt,
    endedAt,
    modifiedAt,
    qualifier,
    details,
    quotes = [],
  } = change;
  const ownerKeys = new Set([keys.owner, keys.team, keys.project, relays.tags].flat().map((key) => key.toLowerCase()));
  return {
    schema: 'ground-control/event-reference',
    version: '1.0',
    resource: {
      ...{ ...resource, account, region, partition, part, parentArn, jobArn, within },
      answersAt: to === 'review' ? change.answersAt : undefined,
    },
    family,
    to,
    event,
    state: { status, secondaryStatus, reason, createdAt, startedAt, endedAt, modifiedAt },
    // What others wrote stays out: the reader of a reference cannot tell it from the rest.
    shown: {
      qualifier: quotes.includes('qualifier') ? undefined : qualifier,
      details: details.filter(({ label }) => !quotes.includes(label)),
    },
    tags: [...change.tags].filter(([key]) => ownerKeys.has(key.toLowerCase())),
    [MARK]: redrive,
  };
}
