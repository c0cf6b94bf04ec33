/** The services of the labeling function. */
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { CLIENT_SETTINGS } from '../../adapters/client-settings.ts';
import { type LabelingState, labelingStateIn } from '../../adapters/dynamodb/labeling-jobs.ts';
import { type Manifests, manifestsIn } from '../../adapters/s3/manifests.ts';
import { type Created, type LabelingJobs, labelingJobsWith } from '../../adapters/sagemaker/labeling-jobs.ts';
import { mayQuote } from '../../domain/alert/alert.ts';
import { chainedNotice } from '../../domain/labeling/decide.ts';
import type { ChainOutcome } from '../../domain/labeling/facts.ts';
import type { ChainRequest } from '../../domain/labeling/request.ts';
import type { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';
import type { Powers } from '../execute.ts';
import { onceOn } from '../once.ts';
import { buildFoundation, type Services, servicesOn } from '../services.ts';

export interface LabelingServices {
  readonly services: Services;
  readonly jobs: LabelingJobs;
  readonly manifests: Manifests;
  readonly state: LabelingState;
  readonly clock: () => Date;
}

/** Creates a chained job once, writes the audit record, and tells people the outcome. */
export function chainWith(jobs: Pick<LabelingJobs, 'create'>, configuration: FunctionConfiguration): Powers['chain'] {
  const create = (request: ChainRequest): Promise<Created> => {
    const { mode, roles } = configuration.labeling;
    // The decision has made sure of both. What creates jobs does not rely on that.
    if (mode !== 'enforce' || !roles.includes(request.RoleArn))
      throw new Error(`${request.LabelingJobName} may not be created: see labeling.mode and labeling.roles`);
    return jobs.create(request);
  };
  return async (action, { once, notify, record }) => {
    const { key, resource, request, isThere, reason, numbers } = action;
    const { at, result } = await once(key, async () => {
      const created = isThere ? 'exists' : await create(request);
      return mayQuote(configuration) ? created : withoutWhy(created);
    });
    await record({
      resource,
      key,
      action: action.kind,
      reason,
      at,
      result,
      numbers: { ...numbers, Created: request.LabelingJobName },
    });
    await notify(chainedNotice(action, outcomeOf(result), configuration));
  };
}

const REFUSED = /^refused(?:: (.*))?$/s;
const withoutWhy = (result: string) => result.replace(REFUSED, 'refused');

/**
 * The outcome, from the result that the idempotency record keeps (`Created` in `adapters/sagemaker/labeling-jobs.ts`).
 */
function outcomeOf(result: string): ChainOutcome {
  const refused = REFUSED.exec(result);
  if (refused !== null) return { kind: 'refused', why: refused[1] };
  return { kind: result === 'taken' || result === 'over' ? result : 'created' };
}

/** Builds the services; called once per cold start. */
export function buildLabelingServices(clock: () => Date = () => new Date()): LabelingServices {
  const foundation = buildFoundation();
  const { environment, configuration, dynamoDb } = foundation;
  const jobs = labelingJobsWith(new SageMakerClient(CLIENT_SETTINGS));
  return {
    services: servicesOn(foundation, { powers: { chain: chainWith(jobs, configuration), once: onceOn(foundation) } }),
    jobs,
    manifests: manifestsIn(),
    state: labelingStateIn(environment.STATE_TABLE, configuration.keepDays, dynamoDb),
    clock,
  };
}
