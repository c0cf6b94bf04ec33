/** Human loops whose output Ground Control reads when they end. */
import type { ReviewPolicy } from '../../schemas/configuration/review.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import { lookUp } from '../../schemas/look-up.ts';
import { judge } from '../change/outcome.ts';

/** A loop with answers, and where they are. */
export interface AnsweredLoop {
  readonly arn: string;
  /** The name of the human review workflow. */
  readonly flow: string;
  readonly outputUri: string;
}

/** Whether any workflow has an `output`: without one, nothing is read. */
export const readsOutputs = ({ flows }: ReviewPolicy): boolean =>
  Object.values(flows).some(({ output }) => output !== undefined);

/**
 * The loop that `change` reports as completed, if its output lies below the `output` that the policy sets for its
 * workflow: absent otherwise. The function may read nothing else.
 */
export function answeredLoop(change: StateChange, { flows }: ReviewPolicy): AnsweredLoop | undefined {
  const { resource, within: flow, outputS3Uri: outputUri } = change;
  if (resource.type !== 'human-loop' || resource.arn === undefined) return undefined;
  if (flow === undefined || outputUri === undefined || judge(change).outcome !== 'completed') return undefined;
  const { output } = lookUp(flows, flow) ?? {};
  return output !== undefined && outputUri.startsWith(output) ? { arn: resource.arn, flow, outputUri } : undefined;
}
