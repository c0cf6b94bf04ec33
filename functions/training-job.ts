import { decide } from '../domain/decide.ts';
import { buildChargedServices } from '../handlers/cost/charged.ts';
import { handlerOf } from '../handlers/event.ts';
import { TrainingJobStateChange } from '../schemas/event/training-job.ts';

export const handler = handlerOf(TrainingJobStateChange, decide, buildChargedServices);
