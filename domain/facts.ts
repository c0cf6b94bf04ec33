/** What is known beyond the event, when a decision is made. */
import type { Metered } from './cost/meter.ts';
import type { LabelingFacts } from './labeling/facts.ts';

/** This function cannot find it out; the function that can is another one. */
export type Elsewhere = 'elsewhere';

export interface Facts {
  /** The event as it was received. */
  readonly event?: unknown;
  /** What an ended job cost, if it is charged by the hour. Only the budget function can ask SageMaker and the Price List. */
  readonly cost?: Metered | Elsewhere;
  /** What SageMaker says about a labeling job. Only the labeling function asks. */
  readonly labeling?: LabelingFacts | Elsewhere;
}
