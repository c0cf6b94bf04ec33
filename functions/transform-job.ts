import { decide } from '../domain/decide.ts';
import { buildCostServices } from '../handlers/cost/services.ts';
import { handlerOf } from '../handlers/event.ts';
import { TransformJobStateChange } from '../schemas/event/transform-job.ts';

export const handler = handlerOf(TransformJobStateChange, decide, buildCostServices);
