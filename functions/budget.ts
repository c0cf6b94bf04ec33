import { budgetHandler } from '../adapters/budget-handler.ts';
import { buildBudgetServices } from '../adapters/budget-services.ts';
import { decide } from '../domain/decide.ts';
import { ProcessingJobStateChange } from '../schemas/processing-job.ts';
import { TrainingJobStateChange } from '../schemas/training-job.ts';
import { TransformJobStateChange } from '../schemas/transform-job.ts';
import { TuningJobStateChange } from '../schemas/tuning-job.ts';

const SCHEMAS = {
  'training-job': TrainingJobStateChange,
  'tuning-job': TuningJobStateChange,
  'processing-job': ProcessingJobStateChange,
  'transform-job': TransformJobStateChange,
};

/** The function by a clock: stories are told in a minute that take hours. */
export const budgetFunction = (clock?: () => Date) => budgetHandler(SCHEMAS, decide, () => buildBudgetServices(clock));

export const handler = budgetFunction();
