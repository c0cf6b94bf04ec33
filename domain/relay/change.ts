/** The change that other systems get: what Ground Control knows when it accepts a change, as data. */
import type { StateChange } from '../../schemas/event/state-change.ts';
import type { RelayedChange } from '../../schemas/message/relay.ts';
import type { Remembered } from '../../schemas/stored/resource.ts';
import { hideSecrets } from '../../schemas/text/secrets.ts';
import { tagText } from '../../schemas/text/tag-text.ts';
import type { Alert } from '../alert/alert.ts';
import { isFoundByReconciliation } from '../change/found-by.ts';
import { isPriced } from '../cost/meter.ts';

/** A relayed change without its identities, which are hashes: `adapters/eventbridge/relay.ts` adds them. */
export type UnidentifiedChange = Omit<RelayedChange, 'id' | 'resource'> & {
  readonly resource: Omit<RelayedChange['resource'], 'id'>;
};

/**
 * The change behind `alert`, which quotes nobody, whether people get an alert or not. `now` is the state that the table stores
 * with it.
 */
export function relayedChange(
  { change, cause, cost, headline, outcome, severity, status, owner }: Alert,
  now: Remembered,
  previousStatus: string | undefined,
  allowedTags: readonly string[],
): UnidentifiedChange {
  const { event } = change;
  return {
    schema: 'ground-control/change',
    version: '1.0',
    order: Math.max(1, now.order ?? 1),
    account: change.account ?? null,
    region: change.region ?? null,
    family: change.family,
    resource: resourceOf(change),
    status: status ?? null,
    secondaryStatus: change.secondaryStatus ?? null,
    previousStatus: previousStatus ?? null,
    outcome,
    severity,
    headline,
    ended: now.ended,
    times: {
      changed: instant(now.since === 0 ? undefined : now.since),
      created: instant(now.createdAt),
      started: instant(now.startedAt),
      ended: instant(now.endedAt),
    },
    owner: shown(owner.owner),
    team: shown(owner.team),
    project: shown(owner.project),
    tags: tagsOf(change, allowedTags),
    cost: cost !== undefined && isPriced(cost) ? { usd: cost.amount / 1_000_000 } : null,
    cause: cause === undefined ? null : { code: cause.code, detail: cause.detail ?? null },
    event: {
      id: event.id ?? null,
      detailType: event.detailType,
      at: instant(event.at?.getTime()),
      foundByReconciliation: isFoundByReconciliation(change),
    },
  };
}

/** The resource of `change`, as other systems get it. */
const resourceOf = ({ resource, part, parentArn, within }: StateChange): UnidentifiedChange['resource'] => ({
  type: resource.type,
  name: resource.name,
  arn: resource.arn ?? null,
  part: part ?? null,
  parent: parentArn ?? within ?? null,
});

/** Null for a time that ISO 8601 cannot write with four digits of the year. */
function instant(milliseconds: number | undefined): string | null {
  const text = milliseconds === undefined ? '' : new Date(milliseconds).toISOString();
  return /^\d/.test(text) ? text : null;
}

/** The value of a tag without what looks like a secret. */
const shown = (value: string): string => tagText(hideSecrets(value));

/** The tags with an allowed key, by the spelling of that key. The case of keys does not matter. */
function tagsOf({ tags }: StateChange, allowed: readonly string[]): Record<string, string> {
  const byKey = new Map([...tags].map(([key, value]) => [key.toLowerCase(), value]));
  return Object.fromEntries(
    allowed.flatMap((key) => {
      const value = byKey.get(key.toLowerCase());
      return value === undefined ? [] : [[key, shown(value)]];
    }),
  );
}
