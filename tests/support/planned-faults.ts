/** Faults that a test plans for its next AWS calls. */
import { beforeEach } from 'vitest';
import type { EmbeddedResources } from '../../local/embedded-aws/server.ts';

interface PlannedFault {
  readonly operation: string;
  /**
   * `lost`: AWS acts, and its answer is lost. `error`: AWS refuses the call. `partial`: a batch leaves keys unread.
   * `conflict`: another transaction writes an item of this one. `denied`: the role lacks the permission.
   */
  readonly kind: 'lost' | 'error' | 'throttle' | 'partial' | 'conflict' | 'denied';
  /** Only a call whose input contains this text fails. */
  readonly about?: string;
}

/** No fault is planned when a test begins. Each planned fault hits one call. */
export function usePlannedFaults() {
  const planned: PlannedFault[] = [];
  beforeEach(() => void planned.splice(0));
  const fault: NonNullable<EmbeddedResources['fault']> = ({ operation, input }) => {
    const at = planned.findIndex(
      (one) => one.operation === operation && JSON.stringify(input).includes(one.about ?? ''),
    );
    return at < 0 ? undefined : planned.splice(at, 1)[0];
  };
  return {
    /** Pass it to `useLocalAws`. */
    fault,
    /** Plans a fault for the next `times` calls. A client tries three times before it gives up. */
    plan: (one: PlannedFault, times = 1) => void planned.push(...Array.from({ length: times }, () => one)),
  };
}
