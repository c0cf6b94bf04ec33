import { decide } from '../domain/decide.ts';
import { buildCostServices } from '../handlers/cost/services.ts';
import { handlerOf } from '../handlers/event.ts';
import { TrainingJobStateChange } from '../schemas/event/training-job.ts';

export const handler = handlerOf(TrainingJobStateChange, decide, buildCostServices);
