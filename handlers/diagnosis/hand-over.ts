/** Hands failures, and ends of what runs jobs of its own, over to the function `diagnosis`. */
import { canBeDiagnosed, tellsOfParts } from '../../domain/diagnosis/diagnosis.ts';
import type { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';
import { buildFoundation, type Gather, type Services, servicesOn } from '../services.ts';

/** The facts that the function `diagnosis` looks up about `change`: why it failed, and what became of its parts. */
export const handOverToDiagnosis =
  ({ logs, delivery }: Pick<FunctionConfiguration, 'logs' | 'delivery'>): Gather =>
  async (change) => ({
    ...(canBeDiagnosed(change, logs) && { diagnosis: 'elsewhere' }),
    ...(tellsOfParts(change, delivery) && { parts: 'elsewhere' }),
  });

/** The services of the function that gets the events of pipelines. */
export function buildPipelineServices(): Services {
  const foundation = buildFoundation();
  return servicesOn(foundation, { gather: handOverToDiagnosis(foundation.configuration) });
}
