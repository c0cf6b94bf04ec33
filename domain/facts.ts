/** What a decision knows in addition to the event. */
import type { Parent, Part } from '../schemas/stored/part.ts';
import type { Metered } from './cost/meter.ts';
import type { Diagnosis } from './diagnosis/diagnosis.ts';
import type { LabelingFacts } from './labeling/facts.ts';

/** Marks a fact that this function cannot look up: the event goes to the function that can. */
export type Elsewhere = 'elsewhere';

/** Facts about one event. A fact is absent when no decision needs it. */
export interface Facts {
  /**
   * What an ended job cost, when the job is charged by the hour. Only the budget function can ask SageMaker and the
   * Price List.
   */
  readonly cost?: Metered | Elsewhere;
  /** The time, when reconciliation inspects the resource. */
  readonly now?: Date;
  /** Reconciliation inspects the resource. A check that was requested once is requested again. */
  readonly isInspection?: boolean;
  /** The redrive with which people put the event back. An alert that was given up is sent again, once per redrive. */
  readonly redrive?: string | undefined;
  /** What SageMaker says about a labeling job. Only the labeling function asks. */
  readonly labeling?: LabelingFacts | Elsewhere;
  /** What explains a failure. Only the function `diagnosis` looks for it. */
  readonly diagnosis?: Diagnosis | Elsewhere;
  /** What a job belongs to, as a step of a pipeline has told; absent when the job's own event tells it. */
  readonly parent?: Parent | undefined;
  /** The parts of a pipeline execution or a tuning job that has ended. Only the function `diagnosis` collects them. */
  readonly parts?: readonly Part[] | Elsewhere;
  /** The function `review` reads what people answered in a human loop. */
  readonly review?: Elsewhere;
}
