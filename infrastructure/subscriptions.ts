/** The subscriptions of both topics, from `ground-control.yml`. */
import { GROUPS } from '../domain/alert/filter-policy.ts';
import type { Configuration } from '../schemas/configuration/file.ts';
import { subscriberKey } from './subscriber-key.ts';

type Topic = 'AlertsTopic' | 'OperatorsTopic';

export interface SubscriptionResource {
  readonly Type: 'AWS::SNS::Subscription';
  readonly DependsOn?: readonly string[];
  readonly Properties: {
    readonly TopicArn: { readonly Ref: Topic };
    readonly Protocol: 'email' | 'sms';
    readonly Endpoint: string;
    readonly FilterPolicyScope?: 'MessageAttributes';
    readonly FilterPolicy?: { readonly [GROUPS]: readonly string[] };
  };
}

/**
 * One CloudFormation resource per subscriber and operator. Ids come from the address, so that reordering changes
 * nothing. `publishers` are the logical ids of the functions that send alerts: a deployment updates them before the
 * filters, so that no filter waits for an attribute that nobody sends yet.
 */
export function subscriptionsOf(
  { subscribers, operators }: Pick<Configuration, 'subscribers' | 'operators'>,
  publishers: readonly string[],
): Record<string, SubscriptionResource> {
  return Object.fromEntries([
    ...subscribers.map((subscriber) =>
      subscription('AlertsTopic', subscriber.email ?? subscriber.phone ?? '', publishers),
    ),
    ...operators.map((address) => subscription('OperatorsTopic', address)),
  ]);
}

function subscription(topic: Topic, endpoint: string, publishers?: readonly string[]): [string, SubscriptionResource] {
  const key = subscriberKey(endpoint);
  return [
    `${topic}Subscription${key}`,
    {
      Type: 'AWS::SNS::Subscription',
      ...(publishers !== undefined && { DependsOn: publishers }),
      Properties: {
        TopicArn: { Ref: topic },
        Protocol: endpoint.includes('@') ? 'email' : 'sms',
        Endpoint: endpoint,
        // Ground Control itself decides who gets what: a filter of SNS can neither count nor delay.
        ...(publishers !== undefined && {
          FilterPolicyScope: 'MessageAttributes' as const,
          FilterPolicy: { [GROUPS]: [key] },
        }),
      },
    },
  ];
}
