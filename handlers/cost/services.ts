/** The services of functions whose jobs are charged by the hour. */
import { buildFoundation, type Services, servicesOn } from '../services.ts';
import { costsOfEnds, gatherCosts } from './cost-of-end.ts';

/**
 * Alerts about ends say what the job cost if the table has the price. Otherwise the event goes to the budget function.
 */
export function buildCostServices(): Services {
  const foundation = buildFoundation();
  const { environment, configuration, dynamoDb } = foundation;
  return servicesOn(foundation, { gather: gatherCosts(costsOfEnds(environment.STATE_TABLE, configuration, dynamoDb)) });
}
