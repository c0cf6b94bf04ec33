import { decideOnLabeling } from '../domain/labeling/decide.ts';
import { labelingHandler } from '../handlers/labeling/handler.ts';
import { buildLabelingServices } from '../handlers/labeling/services.ts';
import { LabelingJobStateChange } from '../schemas/event/labeling-job.ts';

/** The function by a clock: stories are told in a minute that take months. */
export const labelingFunction = (clock?: () => Date) =>
  labelingHandler(LabelingJobStateChange, decideOnLabeling, () => buildLabelingServices(clock));

export const handler = labelingFunction();
