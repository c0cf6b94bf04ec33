/** Changes of things that have no SageMaker events of their own, such as a monthly budget. Alerts are made from changes. */
import type { StateChange } from '../../schemas/event/state-change.ts';

/** What is known about it. Everything else that a change may say is absent. */
export type About = Pick<StateChange, 'event' | 'family' | 'account' | 'region' | 'partition' | 'resource' | 'details'>;

export const changeAbout = (about: About): StateChange => ({
  ...about,
  part: undefined,
  status: undefined,
  secondaryStatus: undefined,
  reason: undefined,
  rawReason: undefined,
  tags: new Map(),
  createdAt: undefined,
  startedAt: undefined,
  endedAt: undefined,
  modifiedAt: undefined,
  instances: [],
  billing: undefined,
  parentArn: undefined,
  jobArn: undefined,
  within: undefined,
  qualifier: undefined,
});
