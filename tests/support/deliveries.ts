/** Who got what, and when: the publications of the embedded SNS, read as SNS would filter them. */
import { subscriberKey } from '../../infrastructure/subscriber-key.ts';
import type { Publication } from '../../local/embedded-aws/sns.ts';

/** Whether SNS sends the publication to the subscriber with this address: its filter names its key alone. */
export const isFor = (address: string, { attributes }: Publication): boolean =>
  JSON.parse(attributes.get('groups') ?? '[]').includes(subscriberKey(address));

/** The subjects that an address got. */
export const subjectsOf = (address: string, publications: readonly Publication[]): string[] =>
  publications.filter((one) => isFor(address, one)).map(({ subject }) => subject ?? '');
