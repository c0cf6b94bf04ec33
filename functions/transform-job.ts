import { decide } from '../domain/decide.ts';
import { buildChargedServices } from '../handlers/cost/charged.ts';
import { handlerOf } from '../handlers/event.ts';
import { TransformJobStateChange } from '../schemas/event/transform-job.ts';

export const handler = handlerOf(TransformJobStateChange, decide, buildChargedServices);
