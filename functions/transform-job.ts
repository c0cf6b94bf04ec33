import { buildChargedServices } from '../adapters/charged.ts';
import { handlerOf } from '../adapters/handler.ts';
import { decide } from '../domain/decide.ts';
import { TransformJobStateChange } from '../schemas/transform-job.ts';

export const handler = handlerOf(TransformJobStateChange, decide, buildChargedServices);
