/** How many resources a stack may have. */
import * as z from 'zod';
import { counted } from '../../schemas/text/count.ts';

/** The resources of a template (CloudFormation quotas). Nobody can raise this quota. */
export const MOST_RESOURCES = 500;

const Subscription = z.object({
  Type: z.literal('AWS::SNS::Subscription'),
  Properties: z.object({ TopicArn: z.object({ Ref: z.string() }) }),
});

/** What people can add to without end, the words for it, and what to do when it is much. */
const KINDS = [
  {
    what: 'for subscribers',
    has: (_: string, topic: string | undefined) => topic === 'AlertsTopic',
    instead: 'For subscribers with the same filters, write one mailing list.',
  },
  {
    what: 'for operators',
    has: (_: string, topic: string | undefined) => topic === 'OperatorsTopic',
    instead: 'For operators, write one mailing list.',
  },
  {
    what: 'for relays',
    has: (id: string) => id.startsWith('Relay'),
    instead: 'Instead of many relays, write one to a bus or topic of your own, and distribute its events there.',
  },
] as const;

/** Why CloudFormation would refuse the finished template for its number of resources; absent if it would not. */
export function tooManyResources(resources: Readonly<Record<string, unknown>>): string | undefined {
  const all = Object.entries(resources);
  if (all.length <= MOST_RESOURCES) return undefined;
  const kinds = KINDS.map(({ what, has, instead }) => {
    const own = all.filter(([id, resource]) => has(id, Subscription.safeParse(resource).data?.Properties.TopicArn.Ref));
    return { what, instead, count: own.length };
  }).filter(({ count }) => count > 0);
  const others = all.length - kinds.reduce((sum, { count }) => sum + count, 0);
  const parts = [...kinds.map(({ count, what }) => `${count} ${what}`), `${others} others`].join(', ');
  const [most] = kinds.toSorted((one, other) => other.count - one.count);
  return (
    `The stack would have ${counted(all.length, 'resource', 'resources')} (${parts}), ` +
    `and CloudFormation allows ${MOST_RESOURCES}. ${most?.instead ?? 'Switch off what you do not need.'}`
  );
}
