/**
 * Recognises updates of endpoints that failed.
 *
 * After a failed update, an endpoint is in service again: with its earlier config, and maybe with fewer instances. Its
 * status alone looks like good news. An event may be lost or late, so each of these facts is enough:
 *
 * - It was rolling back before (`rolled-back`). "Once the rollback completes, endpoint returns to an InService status"
 *   (API reference, DescribeEndpoint).
 * - It is in service, and SageMaker gives a failure reason (`reason`): "the status is InService but update operation
 *   fails" (API reference, EndpointMetadata). A reason that it gave before the update may be left over: it is no proof.
 * - The config that was being deployed does not serve, but the one before it does (`other-config`). SageMaker may roll
 *   back without a reason. That the update failed is then a conclusion.
 * - An event says that it was rolling back, and arrives after later events (`rolled-back-late`).
 */
import type { Serving, StateChange } from '../../schemas/event/state-change.ts';
import type { Deployment, Remembered, UpdateFailure } from '../../schemas/stored/resource.ts';
import type { FailedUpdate, Verdict } from './outcome.ts';
import { isSame, SAME_MODIFICATION_MILLISECONDS } from './same.ts';
import { changedAt, trustedGenerationOf } from './trusted-times.ts';

/**
 * `verdict`, unless `change` is the end of a failed update, or instances are missing. `stored` is what the table has
 * about the endpoint.
 */
export function judgeUpdate(verdict: Verdict, change: StateChange, stored: Remembered | undefined): Verdict {
  if (change.resource.type !== 'endpoint' || verdict.status !== 'InService') return verdict;
  const before = stored !== undefined && isOneEndpoint(stored, change) ? stored : undefined;
  const failed = failureOf(change, verdict, before);
  return failed === undefined ? ifComplete(verdict, change.serving) : asFailed(verdict, failed, change.serving);
}

/** `verdict`, unless the endpoint serves with fewer instances than it should have: nobody said why. */
function ifComplete(verdict: Verdict, serving: Serving | undefined): Verdict {
  if (shortOf(serving).length === 0) return verdict;
  return { ...verdict, outcome: 'degraded', severity: instancesOf(serving) === 0 ? 'critical' : 'warning' };
}

/** `verdict` on a late event that an endpoint was rolling back, when nobody was told that its update failed. */
export function judgeLateRollback(
  verdict: Verdict,
  change: StateChange,
  before: Remembered | undefined,
): Verdict | undefined {
  if (change.resource.type !== 'endpoint' || verdict.status !== 'RollingBack') return undefined;
  if (before === undefined || !isOneEndpoint(before, change)) return undefined;
  if (!['InService', 'Updating', 'SystemUpdating'].includes(before.status ?? '')) return undefined;
  const told = before.deployment?.failed?.at ?? 0;
  return told >= changedAt(change) ? undefined : asFailed(verdict, { how: 'rolled-back-late' }, undefined);
}

function failureOf(change: StateChange, verdict: Verdict, before: Remembered | undefined): FailedUpdate | undefined {
  const known = before?.deployment;
  const { failed } = known ?? {};
  const at = changedAt(change);
  if (failed !== undefined && Math.abs(failed.at - at) <= SAME_MODIFICATION_MILLISECONDS) return failed;
  // What the table has learnt since says nothing about an earlier change, whose alert may be sent late.
  if (before !== undefined && at < before.since) return undefined;
  // A copy means what the first one meant.
  if (before?.status === 'InService' && isSame(before, change, verdict))
    return before.outcome === 'failed' ? failed : undefined;
  const how = evidenceOf(change, before);
  return how && { how, instancesBefore: known?.instances };
}

function evidenceOf(change: StateChange, before: Remembered | undefined): UpdateFailure | undefined {
  const known = before?.deployment;
  const config = change.serving?.config;
  const deploying = known?.deploying;
  if (deploying !== undefined && deploying === config && config !== known?.config) return undefined;
  if (before?.status === 'RollingBack') return 'rolled-back';
  const reason = hashOf(change.reason);
  // With instances missing, a reason counts even if an earlier alert had it.
  const isNew = reason !== known?.reasonHash || shortOf(change.serving).length > 0;
  if (reason !== undefined && isNew) return 'reason';
  const isAsBefore = config !== undefined && config === known?.config;
  return isAsBefore && deploying !== undefined && deploying !== config ? 'other-config' : undefined;
}

/** An endpoint that serves with fewer instances than it should have, or had before, needs somebody now. */
const asFailed = (verdict: Verdict, failedUpdate: FailedUpdate, serving: Serving | undefined): Verdict => ({
  ...verdict,
  outcome: 'failed',
  severity: servesLess(serving, failedUpdate.instancesBefore) ? 'critical' : 'error',
  failedUpdate,
});

function servesLess(serving: Serving | undefined, before: number | undefined): boolean {
  const now = instancesOf(serving);
  return shortOf(serving).length > 0 || (now !== undefined && before !== undefined && now < before);
}

/** Variants with fewer instances than they should have. */
export const shortOf = (serving: Serving | undefined) =>
  (serving?.variants ?? []).flatMap(({ name, current, desired }) =>
    current !== undefined && desired !== undefined && current < desired ? [{ name, current, desired }] : [],
  );

/** The instances of all variants; absent when an event does not give all counts. */
export function instancesOf(serving: Serving | undefined): number | undefined {
  const counts = (serving?.variants ?? []).map(({ current }) => current);
  const known = counts.filter((count) => count !== undefined);
  return known.length === 0 || known.length < counts.length ? undefined : known.reduce((sum, count) => sum + count, 0);
}

/** What the table is to store about the deployments of an endpoint after `change`; `known` is what it has. */
export function deploymentAfter(
  change: StateChange,
  { status, outcome, failedUpdate }: Verdict,
  known: Deployment | undefined,
): Deployment | undefined {
  if (change.resource.type !== 'endpoint') return undefined;
  const { serving } = change;
  const reasonHash = hashOf(change.reason);
  const instances = instancesOf(serving);
  if (status !== 'InService') {
    const deploying = serving?.deploying ?? (status === 'RollingBack' ? known?.deploying : undefined);
    return {
      ...known,
      deploying,
      config: known?.config ?? serving?.config,
      instances: known?.instances ?? instances,
      // The alert about a failed endpoint has the reason, so that it is an old one from then on.
      reasonHash: outcome === 'failed' ? reasonHash : known?.reasonHash,
    };
  }
  return {
    config: serving?.config ?? known?.config,
    instances: instances ?? known?.instances,
    reasonHash,
    failed: failedUpdate === undefined ? known?.failed : { ...failedUpdate, at: changedAt(change) },
  };
}

/** 32 bits that tell one reason from another. */
const hashOf = (reason: string | undefined): number | undefined =>
  reason === undefined
    ? undefined
    : [...reason].reduce((hash, character) => (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) | 0, 0);

/** Two kinds of event report one update. The second one may say which config is being deployed. */
export function withDeploying(known: Deployment | undefined, { serving }: StateChange): Deployment | undefined {
  const deploying = known?.deploying ?? serving?.deploying;
  return deploying === undefined ? known : { ...known, deploying };
}

/** Whether the table's item is about this endpoint, not about a deleted one of the same name. */
function isOneEndpoint({ generation, status }: Remembered, change: StateChange): boolean {
  const own = trustedGenerationOf(change);
  return status !== 'Deleted' && (own === 0 || generation === 0 || Math.abs(own - generation) <= 1);
}
