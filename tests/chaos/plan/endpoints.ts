/** Plans endpoints: they are created, updated, broken, repaired and deleted, and may return to an earlier status. */
import { type Change, changeAt, envelope, type Life, type Planning } from './life.ts';

/** The statuses of each story, in order. `Deleted`: SageMaker has the endpoint no more. */
const STORIES = [
  ['Creating', 'InService'],
  ['Creating', 'Failed'],
  ['Creating', 'InService', 'Updating', 'InService'],
  ['InService', 'Updating', 'RollingBack', 'InService'],
  ['Updating', 'RollingBack', 'UpdateRollbackFailed'],
  ['InService', 'OutOfService'],
  ['InService', 'Deleting', 'Deleted'],
] as const;

/** Milliseconds between two changes: more than the second within which two reports may be about one change. */
const BETWEEN = { least: 1100, most: 1600 };
const DAY = 86_400_000;

export function planEndpoint(planning: Planning): Life {
  const { random, number, span, start } = planning;
  const statuses = random.pick(STORIES);
  const name = `job-${number}`;
  const arn = `arn:aws:sagemaker:eu-west-1:123456789012:endpoint/${name}`;
  const createdAt = start - random.between(1, 30) * DAY;
  const reason = 'The model data archive is too large. Please reduce the size of the model data archive.';
  let at = random.between(0, Math.max(0, span - 3 * BETWEEN.most));
  const changes = statuses.map((status, nth) => {
    if (nth > 0) at += random.between(BETWEEN.least, BETWEEN.most);
    const isRolledBack = status === 'InService' && statuses[nth - 1] === 'RollingBack';
    return { ...changeAt(planning, at, status), ...(isRolledBack && ({ isRolledBack } as const)) };
  });
  const [first = changeAt(planning, at, 'Failed'), ...others] = changes;
  // SageMaker gives a reason after a failed update, too (API reference, EndpointMetadata).
  const hasReason = ({ status, isRolledBack }: Change) =>
    isRolledBack === true || status.endsWith('Failed') || status === 'OutOfService';
  return {
    type: 'endpoint',
    name,
    arn,
    functionName: 'endpoint',
    createdAt,
    team: 'vision',
    reasons: { Failed: reason, UpdateRollbackFailed: reason, OutOfService: reason, InService: reason },
    isListed: true,
    changes: [first, ...others],
    event: (change, copy) =>
      envelope({ name, arn }, 'SageMaker Endpoint State Change', start + change.at, `${change.at}-${copy}`, {
        EndpointName: name,
        EndpointArn: arn,
        EndpointConfigName: `${name}-config`,
        // Events spell statuses like this: IN_SERVICE.
        EndpointStatus: change.status.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase(),
        ...(hasReason(change) && { FailureReason: reason }),
        CreationTime: createdAt,
        LastModifiedTime: start + change.at,
        Tags: { team: 'vision' },
      }),
    resource: (change) =>
      change.status === 'Deleted'
        ? undefined
        : {
            type: 'endpoint',
            name,
            arn,
            status: change.status,
            createdAt: new Date(createdAt),
            modifiedAt: new Date(start + change.at),
            tags: { team: 'vision' },
            detail: {
              EndpointConfigName: `${name}-config`,
              ...(hasReason(change) && { FailureReason: reason }),
            },
          },
  };
}
