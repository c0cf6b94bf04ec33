/** The event schemas of jobs that budgets apply to, by job type. */
import type * as z from 'zod/mini';
import type { Budgeted } from '../configuration/budgets.ts';
import { ProcessingJobStateChange } from './processing-job.ts';
import type { StateChange } from './state-change.ts';
import { TrainingJobStateChange } from './training-job.ts';
import { TransformJobStateChange } from './transform-job.ts';
import { TuningJobStateChange } from './tuning-job.ts';

export const BUDGETED_JOBS = {
  'training-job': TrainingJobStateChange,
  'tuning-job': TuningJobStateChange,
  'processing-job': ProcessingJobStateChange,
  'transform-job': TransformJobStateChange,
} as const satisfies Record<Budgeted, z.ZodMiniType<StateChange>>;
