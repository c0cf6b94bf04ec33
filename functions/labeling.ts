import { labelingHandler } from '../adapters/labeling-handler.ts';
import { buildLabelingServices } from '../adapters/labeling-services.ts';
import { decideOnLabeling } from '../domain/labeling/decide.ts';
import { LabelingJobStateChange } from '../schemas/labeling-job.ts';

/** The function by a clock: stories are told in a minute that take months. */
export const labelingFunction = (clock?: () => Date) =>
  labelingHandler(LabelingJobStateChange, decideOnLabeling, () => buildLabelingServices(clock));

export const handler = labelingFunction();
