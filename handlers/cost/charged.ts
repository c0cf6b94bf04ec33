/** The services of functions whose jobs are charged by the hour. */

import { buildServices, type Services } from '../event.ts';
import { costsOfEnds, gatherCosts } from './cost-of-end.ts';

/** Ends are told with what they cost, where the table has the price; the others are handed to the budget function. */
export const buildChargedServices = (): Services =>
  buildServices(({ environment, configuration, dynamoDb }) =>
    gatherCosts(costsOfEnds(environment.STATE_TABLE, configuration, dynamoDb)),
  );
