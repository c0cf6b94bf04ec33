import { buildChargedServices } from '../adapters/charged.ts';
import { handlerOf } from '../adapters/handler.ts';
import { decide } from '../domain/decide.ts';
import { ProcessingJobStateChange } from '../schemas/processing-job.ts';

export const handler = handlerOf(ProcessingJobStateChange, decide, buildChargedServices);
