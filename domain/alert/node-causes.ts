/** What to do about an unhealthy node of a HyperPod cluster. */
import type { Repair, StateChange } from '../../schemas/event/state-change.ts';
import type { Cause } from './causes/cause.ts';
import { toReplaceNode } from './commands.ts';

/** `explained` with the next step that the repair action of the event asks for. */
export function nodeCause(change: StateChange, explained: Cause): Cause {
  // The application is at fault, not the node.
  if (explained.code === 'user-code-error') return explained;
  const nextStep = change.repair === undefined ? explained.nextStep : NEXT_STEPS[change.repair];
  const isRepaired = change.repair === 'reboot' || change.repair === 'replace';
  if (isRepaired || change.node === undefined) return { ...explained, nextStep };
  return { ...explained, nextStep, commands: [toReplaceNode(change, change.node)] };
}

const NEXT_STEPS = {
  none: 'HyperPod does not repair it: reboot or replace the node. Then restart what ran on it.',
  reboot: 'HyperPod reboots the node. Check that it is healthy again, then restart what ran on it.',
  replace: 'HyperPod replaces the node. Check that the new one joins the cluster, then restart what ran on it.',
} as const satisfies Record<Repair, string>;
