import { handlerOf } from '../adapters/handler.ts';
import { buildLeavingServices } from '../adapters/leave-to-labeling.ts';
import { decide } from '../domain/decide.ts';
import { LabelingJobStateChange } from '../schemas/labeling-job.ts';

export const handler = handlerOf(LabelingJobStateChange, decide, buildLeavingServices);
