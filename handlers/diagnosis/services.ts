/** The services of the function `diagnosis`. */
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { CLIENT_SETTINGS } from '../../adapters/client-settings.ts';
import { type EndedParts, endedPartsIn } from '../../adapters/dynamodb/delivery/ended-parts.ts';
import { logStreamsWith } from '../../adapters/logs/log-streams.ts';
import { type Describe, describeWith, JOBS } from '../../adapters/sagemaker/describe.ts';
import { firstFailureWith } from '../../adapters/sagemaker/failed-parts.ts';
import type { Budgeted } from '../../schemas/configuration/budgets.ts';
import { type CostsOn, costsOn } from '../cost/costs-on.ts';
import { releaseWith } from '../delivery/release.ts';
import { buildFoundation, type Services, servicesOn } from '../services.ts';
import type { DiagnosisMeans } from './diagnose.ts';

export interface DiagnosisServices {
  readonly services: Services;
  readonly describe: Describe<Budgeted>;
  readonly costOf: CostsOn['costOfEnd'];
  readonly means: DiagnosisMeans;
  readonly parts: Pick<EndedParts, 'close' | 'endedOf'>;
}

/** Builds the services; called once per cold start. */
export function buildDiagnosisServices(): DiagnosisServices {
  const foundation = buildFoundation();
  const client = new SageMakerClient(CLIENT_SETTINGS);
  const describe = describeWith(JOBS, client);
  return {
    services: servicesOn(foundation, { powers: { release: releaseWith } }),
    describe,
    costOf: costsOn(foundation, client).costOfEnd,
    parts: endedPartsIn(foundation.environment.STATE_TABLE, foundation.dynamoDb),
    means: {
      firstFailure: firstFailureWith(client),
      describe: ({ type, ...job }) => describe(type, job),
      readLogStreams: foundation.configuration.logs === 'tail' ? logStreamsWith() : undefined,
      warn: (message) => foundation.logger.warn(message),
    },
  };
}
