/** Causes of ends that somebody brought about: stops and deletions. CloudTrail knows who it was. */
import type { StateChange } from '../../schemas/event/state-change.ts';
import { kindOf } from '../kinds.ts';
import type { Cause } from './causes/cause.ts';
import { toFindCaller } from './commands.ts';

/** Somebody stopped it, or a condition that somebody set. */
export const stoppedBy = (change: StateChange): Cause => ({
  code: 'stopped',
  cause: 'A person, a program or a stopping condition stopped it before it was done.',
  ...callerOf(change),
  retry: 'yes',
});

/** Only for types whose deletion ends a service that somebody may miss. */
export function deletedBy(change: StateChange): Cause | undefined {
  if (kindOf(change.resource.type).endCall?.startsWith('Delete') !== true) return undefined;
  return {
    code: 'deleted',
    cause: 'A person or a program deleted it.',
    ...callerOf(change),
    retry: undefined,
  };
}

/** How to find out who made the call. */
function callerOf(change: StateChange): Pick<Cause, 'nextStep' | 'commands'> {
  const call = kindOf(change.resource.type).endCall;
  return {
    nextStep:
      call === undefined
        ? 'If nobody on your team did it, look in CloudTrail for calls at that time: each names its caller.'
        : `If nobody on your team did it, look for the ${call} call in CloudTrail: it names the caller.`,
    ...(call !== undefined && { commands: [toFindCaller(change, call)] }),
  };
}
