/** A resource in the simulated SageMaker. */
import type { Reconciled } from '../../domain/kinds.ts';

export interface SimulatedResource {
  readonly type: Reconciled;
  readonly name: string;
  readonly arn: string;
  status: string;
  secondaryStatus?: string;
  readonly createdAt: Date;
  modifiedAt: Date;
  /** More fields of the `Describe` answer. */
  detail?: Readonly<Record<string, unknown>>;
  /** The steps of a pipeline execution, as `ListPipelineExecutionSteps` answers them. */
  readonly steps?: readonly Readonly<Record<string, unknown>>[];
  tags?: Readonly<Record<string, string>>;
}
