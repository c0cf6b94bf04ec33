/** The services of functions whose jobs are charged by the hour. */
import { costsOfEnds, gatherCosts } from './costs-of-ends.ts';
import { buildServices, type Services } from './handler.ts';

/** Ends are told with what they cost, where the table has the price; the others are handed to the budget function. */
export const buildChargedServices = (): Services =>
  buildServices(({ environment, configuration, dynamoDb }) =>
    gatherCosts(costsOfEnds(environment.STATE_TABLE, configuration, dynamoDb)),
  );
