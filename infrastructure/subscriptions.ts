/** The subscriptions of both topics, from `ground-control.yml`. */
import { createHash } from 'node:crypto';
import { type FilterPolicy, filterPolicyOf } from '../domain/alert/filter-policy.ts';
import type { Configuration } from '../schemas/configuration/file.ts';

type Topic = 'AlertsTopic' | 'OperatorsTopic';

export interface SubscriptionResource {
  readonly Type: 'AWS::SNS::Subscription';
  readonly Properties: {
    readonly TopicArn: { readonly Ref: Topic };
    readonly Protocol: 'email' | 'sms';
    readonly Endpoint: string;
    readonly FilterPolicyScope?: 'MessageAttributes';
    readonly FilterPolicy?: FilterPolicy;
  };
}

/**
 * One CloudFormation resource per subscriber and operator. Ids come from the address, so that reordering changes
 * nothing.
 */
export function subscriptionsOf({ subscribers, operators }: Configuration): Record<string, SubscriptionResource> {
  return Object.fromEntries([
    ...subscribers.map((subscriber) =>
      subscription('AlertsTopic', subscriber.email ?? subscriber.phone ?? '', filterPolicyOf(subscriber)),
    ),
    ...operators.map((address) => subscription('OperatorsTopic', address, undefined)),
  ]);
}

function subscription(
  topic: Topic,
  endpoint: string,
  filterPolicy: FilterPolicy | undefined,
): [string, SubscriptionResource] {
  const name = createHash('sha256').update(endpoint.toLowerCase()).digest('hex').slice(0, 12);
  return [
    `${topic}Subscription${name}`,
    {
      Type: 'AWS::SNS::Subscription',
      Properties: {
        TopicArn: { Ref: topic },
        Protocol: endpoint.includes('@') ? 'email' : 'sms',
        Endpoint: endpoint,
        ...(filterPolicy && { FilterPolicyScope: 'MessageAttributes', FilterPolicy: filterPolicy }),
      },
    },
  ];
}
