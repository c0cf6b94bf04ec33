/**
 * A user of an Amazon Cognito user pool, as `ListUsers` answers: `{Username, Attributes: [{Name, Value}]}`. Attributes
 * come in any order, and more of them than are asked for.
 *
 * Source: Amazon Cognito user pools API reference, UserType.
 */
import * as z from 'zod/mini';
import { plainText } from '../text/plain-text.ts';
import { subject } from './worker-activity.ts';

/** A person who may be a worker. */
export interface NamedUser {
  /** A UUID in lower case. */
  readonly sub: string;
  /** One printable line; absent when the pool does not say a name. */
  readonly name: string | undefined;
}

/** Characters. */
const LONGEST_NAME = 100;

const User = z.object({
  Username: z.optional(z.unknown()),
  Attributes: z.array(z.object({ Name: z.string(), Value: z.optional(z.unknown()) })),
});

/** The user in `value`; absent when it has no `sub` that is a UUID. */
export function readUser(value: unknown): NamedUser | undefined {
  const { data: user } = z.safeParse(User, value);
  if (user === undefined) return undefined;
  const attribute = (name: string) => user.Attributes.find(({ Name }) => Name === name)?.Value;
  const line = (text: unknown) => (typeof text === 'string' ? plainText(text, LONGEST_NAME) : '');
  const sub = subject.parse(attribute('sub'));
  if (sub === undefined) return undefined;
  const whole = line([line(attribute('given_name')), line(attribute('family_name'))].join(' '));
  const name = line(attribute('name')) || whole || line(attribute('email')) || line(user.Username);
  // A pool whose users sign in by e-mail gives them their sub as Username, which is no name.
  return { sub, name: name === '' || subject.parse(name) !== undefined ? undefined : name };
}
