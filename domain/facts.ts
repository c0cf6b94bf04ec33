/** What a decision stands on besides the event. */
import type { HandOverAction } from './action.ts';
import type { Metered } from './cost/meter.ts';
import type { LabelingFacts } from './labeling/facts.ts';

export interface Facts {
  /** What it cost, of what is charged by the hour and has ended. */
  readonly cost?: Metered;
  /** What SageMaker says of a labeling job. */
  readonly labeling?: LabelingFacts;
  /** Another function can find out more: the event is left to it. */
  readonly handOver?: HandOverAction;
}
