/** Plans what SageMaker only tells by events: human loops, notebooks and nodes of clusters. */
import { type Change, changeAt, envelope, type Life, type Planning } from './life.ts';
import { FLOW_ARN, planReview } from './reviews.ts';

const LOOPS = ['Completed', 'Completed', 'Failed', 'Completed', 'Stopped'] as const;

/** A human loop of Amazon A2I. It sends one event, about its end. */
export function planHumanLoop(planning: Planning): Life {
  const { random, number, span, start } = planning;
  const name = `job-${number}`;
  const arn = `arn:aws:sagemaker:eu-west-1:123456789012:human-loop/${name}`;
  const at = random.between(0, span);
  // By number, so that also a short story has a loop that completed.
  const status = LOOPS[Math.floor(number / 32) % LOOPS.length] ?? 'Failed';
  const reason = 'The human loop of this story expired.';
  const createdAt = start + at - 60_000;
  const change = changeAt(planning, at, status);
  const review = status === 'Completed' ? planReview(name, number, new Date(start)) : undefined;
  return {
    ...(review && { review }),
    type: 'human-loop',
    name,
    arn,
    functionName: 'humanReview',
    createdAt,
    team: undefined,
    reasons: { Failed: reason },
    isListed: false,
    changes: [review === undefined ? change : twice(change, planning)],
    event: (change, copy) =>
      envelope({ name, arn }, 'SageMaker A2I HumanLoop Status Change', start + change.at, `${change.status}-${copy}`, {
        creationTime: new Date(createdAt).toISOString(),
        failureCode: status === 'Failed' ? 'Expired' : null,
        failureReason: status === 'Failed' ? reason : null,
        flowDefinitionArn: FLOW_ARN,
        humanLoopArn: arn,
        humanLoopName: name,
        humanLoopStatus: change.status,
        humanLoopOutput: review && { outputS3Uri: review.uri },
      }),
    resource: () => undefined,
  };
}

/** Where events are doubled, that of an answered loop always is: few loops are in a story, and each counts once. */
const twice = (change: Change, { faults }: Planning): Change =>
  faults.has('duplicates') ? { ...change, deliveries: change.deliveries.flatMap((at) => [at, at + 30]) } : change;

/** A notebook that starts, and fails or is stopped. */
export function planNotebook(planning: Planning): Life {
  const { random, number, span, start } = planning;
  const name = `job-${number}`;
  const arn = `arn:aws:sagemaker:eu-west-1:123456789012:notebook-instance/${name}`;
  const begin = random.between(0, span);
  const createdAt = start + begin - 60_000;
  const end = random.pick(['Failed', 'Stopped', 'InService'] as const);
  const reason = 'Lifecycle Configuration of this story took longer than 5 minutes.';
  return {
    type: 'notebook-instance',
    name,
    arn,
    functionName: 'resource',
    createdAt,
    team: 'vision',
    reasons: { Failed: reason },
    isListed: false,
    changes: [changeAt(planning, begin, 'Pending'), changeAt(planning, begin + random.between(1100, 1500), end)],
    event: (change, copy) =>
      envelope(
        { name, arn },
        'SageMaker Notebook Instance State Change',
        start + change.at,
        `${change.status}-${copy}`,
        {
          NotebookInstanceName: name,
          NotebookInstanceArn: arn,
          NotebookInstanceStatus: change.status,
          ...(change.status === 'Failed' && { FailureReason: reason }),
          InstanceType: 'ml.t3.medium',
          CreationTime: createdAt,
          LastModifiedTime: start + change.at,
          Tags: { team: 'vision' },
        },
      ),
    resource: () => undefined,
  };
}

const FAULT = 'HyperPod has detected fault type NvidiaErrorTerminate on this node.';

/** A node of a HyperPod cluster that becomes unhealthy, and sometimes healthy again. */
export function planNode(planning: Planning): Life {
  const { random, number, span, start } = planning;
  const name = `job-${number}`;
  const arn = `arn:aws:sagemaker:eu-west-1:123456789012:cluster/${name}`;
  const at = random.between(0, Math.max(0, span - 1500));
  const unhealthy = changeAt(planning, at, 'Unhealthy');
  return {
    type: 'cluster-node',
    name,
    arn,
    functionName: 'resource',
    createdAt: start,
    team: 'vision',
    reasons: { Unhealthy: FAULT },
    isListed: false,
    changes: random.chance(0.5) ? [unhealthy, changeAt(planning, at + 1500, 'Healthy')] : [unhealthy],
    event: (change, copy) =>
      envelope(
        { name, arn },
        'SageMaker HyperPod Cluster Node Health Event',
        start + change.at,
        `${change.status}-${copy}`,
        {
          ClusterName: name,
          ClusterArn: arn,
          InstanceId: `i-${number}`,
          Tags: { team: 'vision' },
          HealthSummary: {
            HealthStatus: change.status,
            HealthStatusReason: FAULT,
            RepairAction: 'Replace',
          },
        },
      ),
    resource: () => undefined,
  };
}
