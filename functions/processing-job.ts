import { decide } from '../domain/decide.ts';
import { buildChargedServices } from '../handlers/cost/charged.ts';
import { handlerOf } from '../handlers/event.ts';
import { ProcessingJobStateChange } from '../schemas/event/processing-job.ts';

export const handler = handlerOf(ProcessingJobStateChange, decide, buildChargedServices);
