import { buildChargedServices } from '../adapters/charged.ts';
import { handlerOf } from '../adapters/handler.ts';
import { decide } from '../domain/decide.ts';
import { TrainingJobStateChange } from '../schemas/training-job.ts';

export const handler = handlerOf(TrainingJobStateChange, decide, buildChargedServices);
