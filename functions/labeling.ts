import { decideOnLabeling } from '../domain/labeling/decide.ts';
import { labelingHandler } from '../handlers/labeling/handler.ts';
import { buildLabelingServices } from '../handlers/labeling/services.ts';
import { LabelingJobStateChange } from '../schemas/event/labeling-job.ts';

/** Builds the handler. `clock` replaces the real time, so that a story of months can run within a minute. */
export const labelingFunction = (clock?: () => Date) =>
  labelingHandler(LabelingJobStateChange, decideOnLabeling, () => buildLabelingServices(clock));

export const handler = labelingFunction();
