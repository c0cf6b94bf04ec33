/** Who gets a publication. */
import * as z from 'zod';
import { GROUPS } from '../../../domain/alert/filter-policy.ts';
import { subscriberKey } from '../../../infrastructure/subscriber-key.ts';
import type { Subscriber } from '../../../schemas/configuration/delivery/subscriber-section.ts';
import type { Publication } from '../../embedded-aws/sns.ts';

/** The subscribers that SNS sends a publication to: each filters on its own key. */
export function receiversOf({ attributes }: Publication, subscribers: readonly Subscriber[]): readonly Subscriber[] {
  const keys = z.array(z.string()).parse(JSON.parse(attributes.get(GROUPS) ?? '[]'));
  return subscribers.filter(({ email, phone }) => keys.includes(subscriberKey(email ?? phone ?? '')));
}
