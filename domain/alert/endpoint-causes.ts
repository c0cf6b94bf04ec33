/**
 * Why an endpoint is in trouble, and what to do about it.
 *
 * Nobody runs an endpoint again, so these causes give no advice about that. Source of what each status means: API
 * reference, DescribeEndpoint.
 */
import type { Serving, StateChange } from '../../schemas/event/state-change.ts';
import { lookUp } from '../../schemas/look-up.ts';
import { agree, counted } from '../../schemas/text/count.ts';
import { instancesOf, shortOf } from '../change/deployment.ts';
import type { FailedUpdate, Verdict } from '../change/outcome.ts';
import type { Cause } from './causes/cause.ts';
import { toDescribeEndpoint } from './commands.ts';

/**
 * The cause of what `change` reports about an endpoint. `explained` is what SageMaker's reason means. Absent when the
 * endpoint has no trouble.
 */
export function endpointCause(
  change: StateChange,
  { status, outcome, failedUpdate }: Verdict,
  explained: Cause | undefined,
): Cause | undefined {
  if (failedUpdate !== undefined) return failedUpdateCause(change, failedUpdate, explained);
  if (status === 'Failed') return failedCause(change, explained);
  if (status === 'InService' && outcome === 'degraded') return missingCause(change);
  const broken = lookUp(BROKEN, status);
  if (broken === undefined) return explained && { ...explained, retry: undefined };
  return { ...broken, commands: [toDescribeEndpoint(change)], retry: undefined };
}

/** An update failed, and the endpoint is in service. */
function failedUpdateCause(change: StateChange, failed: FailedUpdate, explained: Cause | undefined): Cause {
  // A late event does not say what serves now.
  const serving = failed.how === 'rolled-back-late' ? undefined : change.serving;
  const less = lessThanBefore(serving, failed.instancesBefore);
  const correct = explained?.nextStep ?? 'Correct what the reason or the log of the endpoint names.';
  return {
    code: failed.how === 'reason' || failed.how === 'other-config' ? 'update-failed' : 'rolled-back',
    cause: sentences(less, HOW[failed.how], less === undefined ? whatServes(serving) : undefined, explained?.cause),
    nextStep: sentences(
      less && 'Check now whether these instances can take the load.',
      correct,
      'Then update the endpoint again.',
    ),
    commands: [toDescribeEndpoint(change)],
    retry: undefined,
  };
}

/** What is certain, and what is only concluded. */
const HOW = {
  'rolled-back': 'The last update failed, and SageMaker rolled it back.',
  'rolled-back-late':
    'An update failed, and SageMaker rolled it back. The event about that came late, so other alerts may be newer.',
  reason:
    'The last update failed: SageMaker gives a reason, although the endpoint is in service. ' +
    'Ground Control saw no rollback; an older reason would look the same.',
  'other-config':
    'The update ended, but its config does not serve. SageMaker gives no reason. ' +
    'Ground Control concludes that the update was rolled back.',
} as const satisfies Record<FailedUpdate['how'], string>;

/** The endpoint is in service with too few instances, and nothing says that an update failed. */
const missingCause = (change: StateChange): Cause => ({
  code: 'instances-missing',
  cause: sentences(lessThanBefore(change.serving, undefined), 'SageMaker does not say why.'),
  nextStep: 'Check now whether the endpoint answers, and whether its instances come up.',
  commands: [toDescribeEndpoint(change)],
  retry: undefined,
});

/** `Fewer instances serve: AllTraffic 1 of 2.` Absent when the endpoint serves with as many as before, or nobody knows. */
function lessThanBefore(serving: Serving | undefined, before: number | undefined): string | undefined {
  const short = shortOf(serving).map(({ name, current, desired }) => `${name} ${current} of ${desired}`);
  if (short.length > 0) return `Instances are missing: ${short.join(', ')}.`;
  const now = instancesOf(serving);
  if (now === undefined || before === undefined || now >= before) return undefined;
  return `Fewer instances serve: ${now}. Before the update, there ${agree(before, 'was', 'were')} ${before}.`;
}

function whatServes(serving: Serving | undefined): string | undefined {
  const now = instancesOf(serving);
  if (serving?.config === undefined) return undefined;
  return `Config ${serving.config} serves${now === undefined ? '' : `, with ${counted(now, 'instance')}`}.`;
}

/** SageMaker can only delete the endpoint. */
const failedCause = (change: StateChange, explained: Cause | undefined): Cause => ({
  code: explained?.code ?? 'endpoint-failed',
  cause: explained?.cause ?? 'SageMaker could not create, update or scale the endpoint.',
  nextStep: sentences(
    explained?.nextStep ?? 'Correct what the reason or the log of the endpoint names.',
    'A failed endpoint can only be deleted: delete it, and create it again.',
  ),
  commands: [toDescribeEndpoint(change)],
  retry: undefined,
});

const BROKEN: Readonly<Record<string, Omit<Cause, 'retry'>>> = {
  RollingBack: {
    code: 'rolling-back',
    cause: 'An update failed. SageMaker is rolling it back to what served before.',
    nextStep: 'Wait for the alert about the end of the rollback. SageMaker refuses other updates until then.',
  },
  UpdateRollbackFailed: {
    code: 'rollback-failed',
    cause:
      'The deployment failed, and so did the rollback. ' +
      'The endpoint serves with a mix of its old and its new config, and may not answer.',
    nextStep: 'Check now whether the endpoint answers. Then update it with a config that worked, or create it again.',
  },
  OutOfService: {
    code: 'out-of-service',
    cause: 'The endpoint does not take requests.',
    nextStep: 'Create the endpoint again from a config that worked. Its log may say why it went out of service.',
  },
};

const sentences = (...parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== '').join(' ');
