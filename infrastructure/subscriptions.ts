/** The subscriptions of the alerts topic, from `ground-control.yml`. */
import { createHash } from 'node:crypto';
import { type FilterPolicy, filterPolicyOf } from '../domain/routing.ts';
import type { Configuration } from '../schemas/configuration.ts';

export interface SubscriptionResource {
  readonly Type: 'AWS::SNS::Subscription';
  readonly Properties: {
    readonly TopicArn: { readonly Ref: 'AlertsTopic' };
    readonly Protocol: 'email' | 'sms';
    readonly Endpoint: string;
    readonly FilterPolicyScope?: 'MessageAttributes';
    readonly FilterPolicy?: FilterPolicy;
  };
}

/** One CloudFormation resource a subscriber, named after the address so that reordering the file changes nothing. */
export function subscriptionsOf({ subscribers }: Configuration): Record<string, SubscriptionResource> {
  return Object.fromEntries(
    subscribers.map((subscriber) => {
      const filterPolicy = filterPolicyOf(subscriber);
      const endpoint = subscriber.email ?? subscriber.phone ?? '';
      return [
        `Subscription${createHash('sha256').update(endpoint.toLowerCase()).digest('hex').slice(0, 12)}`,
        {
          Type: 'AWS::SNS::Subscription',
          Properties: {
            TopicArn: { Ref: 'AlertsTopic' },
            Protocol: subscriber.email === undefined ? 'sms' : 'email',
            Endpoint: endpoint,
            ...(filterPolicy && { FilterPolicyScope: 'MessageAttributes', FilterPolicy: filterPolicy }),
          },
        } satisfies SubscriptionResource,
      ];
    }),
  );
}
