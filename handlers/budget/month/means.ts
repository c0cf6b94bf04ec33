/** What a look at a month uses. */
import type { Deadlines } from '../../../adapters/scheduler/deadlines.ts';
import type { NotifyAction } from '../../../domain/action.ts';
import type { JobRef } from '../../../domain/budget/job.ts';
import type { MonthStanding } from '../../../domain/budget/month/month.ts';
import type { FunctionConfiguration } from '../../../schemas/configuration/compiled.ts';
import type { BudgetServices } from '../services.ts';

/** What a look uses. */
export interface LookMeans extends Pick<BudgetServices, 'months' | 'clock' | 'mayStop'> {
  readonly deadlines: Pick<Deadlines, 'arm'>;
  readonly configuration: FunctionConfiguration;
  /** Sends a notice to people. Returns `false` when another look is about to send it, and may die before that. */
  readonly tell: (notice: NotifyAction) => Promise<boolean>;
  /** Checks a job, which is to be stopped for `month`. */
  readonly check: (job: JobRef, month: MonthStanding) => Promise<{ readonly isStopped: boolean }>;
  /** Milliseconds that are left. */
  readonly timeLeft: () => number;
}
