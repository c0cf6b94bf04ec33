/** Causes on the side of AWS: capacity, quotas, the service itself, time limits and the nodes of HyperPod. */
import type { Advice, AdviceKey } from './form.ts';

/** For an event that does not say whether HyperPod repairs the node: see `domain/alert/node-causes.ts`. */
const NODE_NEXT_STEP =
  'If HyperPod does not replace the node itself, reboot or replace it. Then restart what ran on the node.';

export const AWS = {
  capacity: {
    cause: 'AWS had no free capacity of this instance type.',
    nextStep:
      'Retry later, or use another instance type, subnet (availability zone) or region. ' +
      'A tuning job can have fallback instance types.',
    retry: 'yes',
  },
  quota: {
    cause: 'The request goes beyond a quota of the account.',
    nextStep:
      'Request a higher quota in Service Quotas (SageMaker), under the name that the reason gives. ' +
      'Or ask for fewer instances.',
    retry: 'after-quota',
  },
  // AWS calls this ResourceLimitExceeded, and says that the type is not available in the region.
  'quota/not-in-region': {
    cause: 'The account cannot use this instance type for this kind of job in this region.',
    nextStep:
      'Choose a type that the region offers for this kind of job. If it does offer this one, request a quota for it ' +
      'in Service Quotas.',
    retry: 'after-change',
  },
  'quota/in-use': {
    cause: 'Everything that a quota of the account allows is in use.',
    nextStep:
      'Wait until other jobs of this kind end, or stop them. To run more at once, request a higher quota in ' +
      'Service Quotas, under the name that the reason gives.',
    retry: 'yes',
  },
  throttling: {
    cause: 'AWS received too many requests at once, and refused some.',
    nextStep: 'Retry. If it happens again, start fewer things at once, or let the client retry with longer pauses.',
    retry: 'yes',
  },
  'throttling/s3': {
    cause: 'S3 received too many requests for this prefix at once, and refused some (SlowDown).',
    nextStep:
      'Retry. If it happens again, let fewer workers read at once, merge small objects, or spread them over more ' +
      'prefixes.',
    retry: 'yes',
  },
  'spot-interruption': {
    cause: 'AWS took the spot capacity back.',
    nextStep:
      'Retry: the job continues from its last checkpoint, if it writes checkpoints. Or use on-demand instances.',
    retry: 'yes',
  },
  'time-limit': {
    cause: 'It reached its own time limit (MaxRuntimeInSeconds) before it was done. Nobody stopped it.',
    nextStep:
      'Raise MaxRuntimeInSeconds, or make the job faster. Keep checkpoints, ' +
      'so that the next run can continue from them.',
    retry: 'after-change',
  },
  'time-limit/wait': {
    cause:
      'It reached its own time limit (MaxWaitTimeInSeconds). ' +
      'Spot capacity was not available, or was lost for too long.',
    nextStep: 'Raise MaxWaitTimeInSeconds, or use on-demand instances.',
    retry: 'yes',
  },
  'internal-service-error': {
    cause: 'SageMaker had an internal error. Your code is probably not the cause.',
    nextStep:
      'Retry once or twice. If a job fails again without a log, look for very large checkpoints or models. ' +
      'Then contact AWS support.',
    retry: 'once',
  },
  'internal-service-error/call': {
    cause: 'An AWS service answered a call with an internal error.',
    nextStep: 'Retry. If it happens again, look at the AWS Health Dashboard, and contact AWS support.',
    retry: 'once',
  },
  'internal-service-error/hardware': {
    cause: 'A GPU of the instance has a hardware fault. Your code is probably not the cause.',
    nextStep: 'Retry: SageMaker most likely gives another instance. If it happens again, contact AWS support.',
    retry: 'once',
  },
  'internal-service-error/node-gpu': {
    cause: "HyperPod's health check found a fault of a GPU on this node.",
    nextStep: NODE_NEXT_STEP,
    retry: undefined,
  },
  'internal-service-error/node-neuron': {
    cause: "HyperPod's health check found a fault of a Neuron device (Trainium or Inferentia) on this node.",
    nextStep: NODE_NEXT_STEP,
    retry: undefined,
  },
  'internal-service-error/node-efa': {
    cause: "HyperPod's health check found a fault of the network between nodes (EFA) on this node.",
    nextStep: NODE_NEXT_STEP,
    retry: undefined,
  },
  'internal-service-error/node-connectivity': {
    cause: 'This node failed the deep health check of the communication between nodes (NCCL or NCCOM).',
    nextStep: NODE_NEXT_STEP,
    retry: undefined,
  },
  'internal-service-error/node-stress': {
    cause: 'This node failed the deep health check that puts its hardware under load.',
    nextStep: NODE_NEXT_STEP,
    retry: undefined,
  },
  'internal-service-error/node-host': {
    cause: "HyperPod's health check found a fault of the node itself: its kernel, memory, disk or processor.",
    nextStep: NODE_NEXT_STEP,
    retry: undefined,
  },
  'internal-service-error/node': {
    cause: 'A health check of HyperPod found this node unhealthy.',
    nextStep: NODE_NEXT_STEP,
    retry: undefined,
  },
} as const satisfies Partial<Record<AdviceKey, Advice>>;
