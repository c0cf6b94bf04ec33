import { decide } from '../domain/decide.ts';
import { buildChargedServices } from '../handlers/cost/charged.ts';
import { handlerOf } from '../handlers/event.ts';
import { TuningJobStateChange } from '../schemas/event/tuning-job.ts';

export const handler = handlerOf(TuningJobStateChange, decide, buildChargedServices);
