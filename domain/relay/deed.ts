/** What other systems get of what Ground Control did by itself. */

import { lookUp } from '../../schemas/look-up.ts';
import type { AlertMessage } from '../../schemas/message/alert.ts';
import type { Deed, RelayedAction } from '../../schemas/message/relay.ts';
import { hideSecrets } from '../../schemas/text/secrets.ts';
import { REASONS } from '../labeling/chain.ts';

/** By the code of the cause with which people are told. */
const DEEDS_BY_CODE: Readonly<Record<string, Deed>> = {
  'budget-stopped': 'stopped',
  'budget-pool-ended': 'pool-ended',
  'labeling-chained': 'chained',
  'budget-not-stopped': 'asked',
  'budget-protected': 'asked',
  'budget-unclear': 'asked',
  'budget-observed': 'asked',
  'budget-held-back': 'asked',
  'monthly-budget-held-back': 'asked',
  'labeling-observed': 'asked',
  'labeling-refused': 'asked',
  'budget-tag': 'warned',
  'budget-not-priced': 'warned',
  'budget-warning': 'warned',
  'budget-uploading': 'warned',
  'monthly-budget-warning': 'warned',
  'monthly-budget-short': 'warned',
  'monthly-budget-spent': 'warned',
  'labeling-will-expire': 'warned',
  'labeling-stalled': 'warned',
  'agreement-below-level': 'warned',
};

/** What Ground Control did when it told people for this cause; undefined when it only told them of a change. */
export function deedOf(code: string | undefined): Deed | undefined {
  if (code === undefined) return undefined;
  const why = code.replace(/^labeling-/, '');
  // A failed job may have this cause although nobody asked: with labeling.mode off, and no more labels to hope for.
  const isAsked = why !== code && why !== 'configuration' && lookUp<string>(REASONS, why) === 'ask';
  return lookUp(DEEDS_BY_CODE, code) ?? (isAsked ? 'asked' : undefined);
}

/** A relayed action without its identities, which are hashes: `adapters/eventbridge/relay.ts` adds them. */
export type UnidentifiedAction = Omit<RelayedAction, 'id' | 'resource'> & {
  readonly resource: Omit<RelayedAction['resource'], 'id'>;
};

/** What Ground Control did `at` an instant (ISO 8601), from the message that tells people about it. */
export function relayedAction(action: Deed, message: AlertMessage, at: string): UnidentifiedAction {
  const { account, region, family, resource, status, outcome, severity, owner, cost, cause, headline, event } = message;
  return {
    schema: 'ground-control/action',
    version: '1.0',
    action,
    account,
    region,
    family,
    resource: { ...resource, part: null, parent: null },
    status,
    outcome,
    severity,
    at,
    owner: hideSecrets(owner.owner),
    team: hideSecrets(owner.team),
    project: hideSecrets(owner.project),
    cost: cost?.usd == null ? null : { usd: cost.usd },
    cause: cause && { code: cause.code, detail: cause.detail },
    headline,
    event,
  };
}
