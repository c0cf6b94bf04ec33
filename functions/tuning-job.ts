import { decide } from '../domain/decide.ts';
import { buildCostServices } from '../handlers/cost/services.ts';
import { handlerOf } from '../handlers/event.ts';
import { TuningJobStateChange } from '../schemas/event/tuning-job.ts';

export const handler = handlerOf(TuningJobStateChange, decide, buildCostServices);
