import { buildChargedServices } from '../adapters/charged.ts';
import { handlerOf } from '../adapters/handler.ts';
import { decide } from '../domain/decide.ts';
import { TuningJobStateChange } from '../schemas/tuning-job.ts';

export const handler = handlerOf(TuningJobStateChange, decide, buildChargedServices);
