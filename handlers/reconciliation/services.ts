/** The services with which reconciliation handles what it finds. */

import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { Context } from 'aws-lambda';
import { onceIn } from '../../adapters/dynamodb/once.ts';
import { gatherCosts } from '../cost/cost-of-end.ts';
import { costsOn } from '../cost/costs-on.ts';
import { handOverToDiagnosis } from '../diagnosis/hand-over.ts';
import { handOverToLabeling } from '../labeling/hand-over.ts';
import { type Foundation, gatherAll, type Services, servicesOn } from '../services.ts';

/**
 * Its alerts say what a job cost. Ended labeling jobs go to the labeling function, and failures to the function
 * `diagnosis`.
 */
export function reconciliationServicesOn(foundation: Foundation, client: SageMakerClient): Services {
  const { configuration } = foundation;
  const { costOfEnd } = costsOn(foundation, client);
  const gather = gatherAll(
    handOverToLabeling(configuration),
    handOverToDiagnosis(configuration),
    gatherCosts(costOfEnd),
  );
  const { environment, dynamoDb } = foundation;
  const once = (context: Context) => onceIn(environment.STATE_TABLE, configuration.keepDays, dynamoDb, context);
  return servicesOn(foundation, { gather, powers: { once } });
}
