/** Hands failures over to the function `diagnosis`, which may read logs. */
import { canBeDiagnosed } from '../../domain/diagnosis/diagnosis.ts';
import type { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';
import { buildFoundation, type Gather, type Services, servicesOn } from '../services.ts';

/** The fact that the function `diagnosis` looks up why `change` failed. */
export const handOverToDiagnosis =
  ({ logs }: Pick<FunctionConfiguration, 'logs'>): Gather =>
  async (change) =>
    canBeDiagnosed(change, logs) ? { diagnosis: 'elsewhere' } : {};

/** The services of the function that gets the events of pipelines. */
export function buildPipelineServices(): Services {
  const foundation = buildFoundation();
  return servicesOn(foundation, { gather: handOverToDiagnosis(foundation.configuration) });
}
