/** Hands labeling jobs over to the labeling function, which may describe them and read their output in S3. */
import type { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';
import { buildFoundation, type Gather, type Services, servicesOn } from '../services.ts';

/** The fact that the labeling function handles a labeling job, unless `labeling.mode` is off. */
export const handOverToLabeling =
  ({ labeling }: FunctionConfiguration): Gather =>
  async ({ resource }) =>
    labeling.mode === 'off' || resource.type !== 'labeling-job' ? {} : { labeling: 'elsewhere' };

/** The services of the function that gets the events of labeling jobs. */
export function buildHandOverServices(): Services {
  const foundation = buildFoundation();
  return servicesOn(foundation, { gather: handOverToLabeling(foundation.configuration) });
}
