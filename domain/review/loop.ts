/** Human loops whose output Ground Control reads when they end. */
import type { ReviewPolicy } from '../../schemas/configuration/review.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import { lookUp } from '../../schemas/look-up.ts';
import { judge } from '../change/outcome.ts';
import { trustedGenerationOf } from '../change/trusted-times.ts';
import type { Comparison, NotComparable } from './comparison.ts';
import { DAY, dayIn } from './days.ts';

/** A loop with answers, and where they are. */
export interface AnsweredLoop {
  readonly arn: string;
  /** Identity of the loop: its ARN and when it was created. A loop may be created again under its old name. */
  readonly incarnation: string;
  readonly name: string;
  /** The name of the human review workflow. */
  readonly flow: string;
  readonly outputUri: string;
  /** Whether the output lies where the policy says: the function may read nothing else. */
  readonly isAllowed: boolean;
}

/** Whether any workflow has an `output`: without one, nothing is read. */
export const readsOutputs = ({ flows }: ReviewPolicy): boolean =>
  Object.values(flows).some(({ output }) => output !== undefined);

/** The loop that `change` reports as completed, if the policy sets an `output` for its workflow: absent otherwise. */
export function answeredLoop(change: StateChange, { flows }: ReviewPolicy): AnsweredLoop | undefined {
  const { resource, within: flow, answersAt: outputUri } = change;
  const { type, name, arn } = resource;
  if (type !== 'human-loop' || arn === undefined || flow === undefined || outputUri === undefined) return undefined;
  const { output } = lookUp(flows, flow) ?? {};
  if (output === undefined || judge(change).outcome !== 'completed') return undefined;
  const incarnation = `${arn}|${trustedGenerationOf(change)}`;
  return { arn, incarnation, name, flow, outputUri, isAllowed: outputUri.startsWith(output) };
}

/** A loop whose output is not compared. */
export const notRead = ({ flow, name }: AnsweredLoop, notComparable: NotComparable): Comparison => ({
  flow,
  loop: name,
  reason: 'other',
  fields: [],
  skipped: 0,
  notComparable,
});

/** `comparison`, if the output is of `loop`: a mistaken address must not count for another loop or workflow. */
export const ofLoop = (comparison: Comparison, loop: AnsweredLoop): Comparison =>
  comparison.flow === loop.flow && (comparison.loop ?? loop.name).toLowerCase() === loop.name.toLowerCase()
    ? comparison
    : notRead(loop, 'other-loop');

/**
 * The day (UTC) on which a loop counts: that of its last answer, or that of its event where the answer's time is
 * impossible: before the loop was created, or after its event.
 */
export function dayOfLoop({ at }: Comparison, { createdAt, event }: StateChange, now: Date): string {
  const ended = event.at ?? now;
  const isPossible =
    at !== undefined && at.getTime() <= ended.getTime() + DAY && at >= new Date((createdAt ?? at).getTime() - DAY);
  return dayIn(isPossible ? at : ended);
}
