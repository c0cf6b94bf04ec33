/** Users of Cognito user pools. */
import { subOf } from './team-world.ts';

export const POOL = 'us-east-1_Workers01';

/** A user as ListUsers answers it. `sub` is one attribute among others, in any place. */
export const userOf = (
  worker: number,
  attributes: Readonly<Record<string, unknown>> = {},
  Username = `user${worker}`,
) => ({
  Username,
  Attributes: [
    ...Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
    { Name: 'email_verified', Value: 'true' },
    { Name: 'sub', Value: subOf(worker) },
  ],
  Enabled: true,
  UserStatus: 'CONFIRMED',
});
