/** Leaves labeling jobs to the labeling function, which asks SageMaker and S3 what became of them. */
import type { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';
import { buildFoundation, type Gather, type Services, servicesOn } from '../services.ts';

/** Leaves labeling jobs to the labeling function, unless `labeling.mode` is off. */
export const handOverToLabeling =
  ({ labeling }: FunctionConfiguration): Gather =>
  async ({ resource }) =>
    labeling.mode === 'off' || resource.type !== 'labeling-job' ? {} : { labeling: 'elsewhere' };

/** The services of the function that gets the events of labeling jobs. */
export function buildHandOverServices(): Services {
  const foundation = buildFoundation();
  return servicesOn(foundation, { gather: handOverToLabeling(foundation.configuration) });
}
