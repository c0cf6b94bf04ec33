/** Which events a relay gets, as the event pattern of its rule. */

import type { ParameterField } from '../../schemas/configuration/relay-targets.ts';
import { kindsOf, type Relay } from '../../schemas/configuration/relays-section.ts';

/** The source of all events that functions publish. */
const SOURCE = 'ground-control';

/** The detail-types of what may be relayed (`relays.to.<name>.what`). */
const DETAIL_TYPES = { changes: 'ground-control.change.v1', actions: 'ground-control.action.v1' } as const;

/** Fields that may be null. SSM takes no null as a parameter. */
const MAY_BE_NULL: ReadonlySet<ParameterField> = new Set(['status', 'account', 'region', 'resource.arn']);

/** An event pattern of EventBridge: each list has the values that pass. */
export interface RelayPattern {
  readonly source: readonly string[];
  readonly 'detail-type': readonly string[];
  readonly detail?: Readonly<Record<string, unknown>>;
}

/**
 * The pattern of the relay called `name`. An event that was put back from the relay's dead-letter queue has a source of
 * its own, so that only this relay gets it again.
 */
export function patternOf(name: string, relay: Relay): RelayPattern {
  const { families, outcomes, severities, teams, projects } = relay;
  const detail = {
    ...(families && { family: families }),
    ...(outcomes && { outcome: outcomes }),
    ...(severities && { severity: severities }),
    ...(teams && { team: teams }),
    ...(projects && { project: projects }),
    ...(kindsOf(relay).includes('runCommand') && isText(Object.values(relay.runCommand?.parameters ?? {}))),
  };
  return {
    source: [SOURCE, `${SOURCE}.redriven.${name}`],
    'detail-type': [...new Set(relay.what)].map((one) => DETAIL_TYPES[one]),
    ...(Object.keys(detail).length > 0 && { detail }),
  };
}

/** Lets pass only events in which each of `fields` that may be null is text: every text begins with nothing. */
function isText(fields: readonly ParameterField[]): Readonly<Record<string, unknown>> {
  const needed = fields.filter((field) => MAY_BE_NULL.has(field));
  const ANY_TEXT = [{ prefix: '' }];
  return {
    ...Object.fromEntries(needed.filter((field) => !field.includes('.')).map((field) => [field, ANY_TEXT])),
    ...(needed.includes('resource.arn') && { resource: { arn: ANY_TEXT } }),
  };
}
