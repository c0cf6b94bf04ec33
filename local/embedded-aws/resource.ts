/** A resource of the simulated SageMaker. */
import type { Reconciled } from '../../domain/kinds.ts';

export interface SimulatedResource {
  readonly type: Reconciled;
  readonly name: string;
  readonly arn: string;
  status: string;
  secondaryStatus?: string;
  readonly createdAt: Date;
  modifiedAt: Date;
  /** More of what `Describe` answers. */
  detail?: Readonly<Record<string, unknown>>;
  tags?: Readonly<Record<string, string>>;
}
