/** The services of functions whose jobs are charged by the hour. */
import { handOverToDiagnosis } from '../diagnosis/hand-over.ts';
import { buildFoundation, gatherAll, type Services, servicesOn } from '../services.ts';
import { costsOfEnds, gatherCosts } from './cost-of-end.ts';

/**
 * Alerts about ends say what the job cost if the table has the price. Otherwise the event goes to the budget function.
 * Failures go to the function `diagnosis`.
 */
export function buildCostServices(): Services {
  const foundation = buildFoundation();
  const { environment, configuration, dynamoDb } = foundation;
  const costs = gatherCosts(costsOfEnds(environment.STATE_TABLE, configuration, dynamoDb));
  return servicesOn(foundation, { gather: gatherAll(handOverToDiagnosis(configuration), costs) });
}
