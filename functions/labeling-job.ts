import { decide } from '../domain/decide.ts';
import { handlerOf } from '../handlers/event.ts';
import { buildHandOverServices } from '../handlers/labeling/hand-over.ts';
import { LabelingJobStateChange } from '../schemas/event/labeling-job.ts';

export const handler = handlerOf(LabelingJobStateChange, decide, buildHandOverServices);
