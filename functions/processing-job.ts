import { decide } from '../domain/decide.ts';
import { buildCostServices } from '../handlers/cost/services.ts';
import { handlerOf } from '../handlers/event.ts';
import { ProcessingJobStateChange } from '../schemas/event/processing-job.ts';

export const handler = handlerOf(ProcessingJobStateChange, decide, buildCostServices);
