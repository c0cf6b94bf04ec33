/** Names of subscribers and groups without addresses, which functions do not need to know. */
import { hash } from 'node:crypto';
import type { DeliveryPolicy } from '../schemas/configuration/delivery/policy.ts';

/**
 * The key of a subscriber. It follows from the address, so that it stays the same when settings change: SNS needs up to
 * 15 minutes to apply another filter (SNS developer guide, subscription filter policies).
 */
export const subscriberKey = (address: string): string => hash('sha256', address.toLowerCase(), 'hex').slice(0, 12);

/** `policy` as functions read it. The id of a group follows from its settings. */
export const withoutAddresses = (policy: DeliveryPolicy): DeliveryPolicy => ({
  ...policy,
  groups: policy.groups.map((group) => ({
    ...group,
    id: hash('sha256', group.id, 'hex').slice(0, 10),
    keys: group.keys.map(subscriberKey),
  })),
});
