import { describe, expect, it } from 'vitest';
import type { StateChange } from '../../../schemas/event/state-change.ts';
import { SCHEMAS } from '../../support/events.ts';

const arn = (rest: string) => `arn:aws:sagemaker:eu-west-1:123456789012:${rest}`;
const read = (family: keyof typeof SCHEMAS, kind: string, detail: object, envelope: object = {}): StateChange =>
  SCHEMAS[family].parse({ 'detail-type': `SageMaker ${kind}`, id: 'e1', detail, ...envelope });

/** Details as `label: value`. */
const detailsOf = ({ details }: StateChange) => details.map(({ label, value }) => `${label}: ${value}`);

describe('the details of an endpoint', () => {
  const variants = (...ProductionVariants: object[]) =>
    read('endpoint', 'Endpoint State Change', { ProductionVariants });

  it.each<[string, object[], string[]]>([
    [
      'name each variant with its instances and its weight',
      [
        { VariantName: 'blue', CurrentInstanceCount: 1, DesiredInstanceCount: 2, CurrentWeight: 0.5, DesiredWeight: 1 },
        { VariantName: 'green', DesiredInstanceCount: 3, DesiredWeight: 1 },
      ],
      ['Variants: blue: 1 of 2 instances, weight 0.5; green: ? of 3 instances, weight 1'],
    ],
    [
      'say when the wish is not known',
      [{ VariantName: 'a', CurrentInstanceCount: 1 }],
      ['Variants: a: 1 of ? instances'],
    ],
    ['name a variant about which nothing is known', [{ VariantName: 'a' }, {}], ['Variants: a; variant']],
    [
      'quote what SageMaker says about a variant',
      [{ VariantName: 'a', VariantStatus: [{ Status: 'Updating' }, { Status: 'x', StatusMessage: 'Is baking' }, {}] }],
      ['Variants: a: Updating, Is baking'],
    ],
    ['are none without variants', [], []],
  ])('%s', (_, all, expected) => {
    expect(detailsOf(variants(...all))).toEqual(expected);
  });

  it('name what is being deployed', () => {
    const PendingDeploymentSummary = { EndpointConfigName: 'new', ProductionVariants: [{ VariantName: 'b' }] };
    const change = read('endpoint', 'Endpoint State Change', { EndpointConfigName: 'old', PendingDeploymentSummary });
    expect(detailsOf(change)).toEqual(['Endpoint config: old', 'Deploying config: new', 'Deploying variants: b']);
  });
});

describe('what an endpoint serves', () => {
  it('are its config, the one that is being deployed, and the counts of variants that run on instances', () => {
    const change = read('endpoint', 'Endpoint State Change', {
      EndpointConfigName: 'c-1',
      ProductionVariants: [
        { VariantName: 'blue', CurrentInstanceCount: 1, DesiredInstanceCount: 2 },
        { DesiredInstanceCount: 1 },
        { VariantName: 'serverless', CurrentWeight: 1 },
      ],
      PendingDeploymentSummary: { EndpointConfigName: 'c-2' },
    });
    expect(change.serving).toEqual({
      config: 'c-1',
      deploying: 'c-2',
      variants: [
        { name: 'blue', current: 1, desired: 2 },
        { name: 'variant', current: undefined, desired: 1 },
      ],
    });
  });
});

describe('the result of a training job', () => {
  const S3ModelArtifacts = 's3://models/churn-7/output/model.tar.gz';
  const job = (detail: object) =>
    read('training-job', 'Training Job State Change', { ModelArtifacts: { S3ModelArtifacts }, ...detail });
  const metrics = (...FinalMetricDataList: unknown[]) =>
    detailsOf(job({ ModelArtifacts: undefined, FinalMetricDataList }));

  it.each([
    ['Completed', S3ModelArtifacts],
    ['Stopped', S3ModelArtifacts],
    ['Failed', undefined],
    ['InProgress', undefined],
  ])('of a job that is %s is its model: %s', (TrainingJobStatus, uri) => {
    const change = job({ TrainingJobStatus });
    expect([change.outputS3Uri, detailsOf(change)]).toEqual([
      uri,
      uri === undefined ? [] : [`Model artifacts: ${uri}`],
    ]);
  });

  it('has no address that is none', () => {
    const at = (uri: unknown) =>
      job({ TrainingJobStatus: 'Completed', ModelArtifacts: { S3ModelArtifacts: uri } }).outputS3Uri;
    const longest = `s3://${'x'.repeat(1095)}`;
    expect([at('https://x'), at(7), at(''), at(`${longest}x`), at(longest)]).toEqual([
      ...[undefined, undefined, undefined, undefined],
      longest,
    ]);
  });

  it('has the final metrics, with five digits', () => {
    expect(
      metrics(
        { MetricName: 'validation:auc', Value: 0.912345678, Timestamp: 1 },
        { MetricName: 'epochs', Value: 40 },
        { MetricName: 'lr', Value: '1.5e-7' },
      ),
    ).toEqual(['Final metrics: validation:auc 0.91235, epochs 40, lr 1.5e-7']);
  });

  it('keeps the digits of large whole numbers', () => {
    const tokens = { MetricName: 'tokens', Value: 123456789 };
    expect(metrics(tokens)).toEqual(['Final metrics: tokens 123456789']);
  });

  it('says of a metric that it is no number', () => {
    expect(
      metrics(
        { MetricName: 'a', Value: 'NaN' },
        { MetricName: 'b', Value: 'Infinity' },
        { MetricName: 'c', Value: '-Infinity' },
        { MetricName: 'd', Value: null },
      ),
    ).toEqual(['Final metrics: a not a number, b infinite, c minus infinite, d not a number']);
  });

  it('leaves out metrics that cannot be read', () => {
    expect(metrics({ MetricName: 'a' }, { Value: 1 }, 'b', { MetricName: 'c', Value: 'high' }, null)).toEqual([]);
  });

  it('names at most eight metrics, and the first 40 characters of each name', () => {
    const many = Array.from({ length: 11 }, (_, at) => ({ MetricName: `${'m'.repeat(60)}${at}`, Value: at }));
    expect(metrics(...many)).toEqual([
      `Final metrics: ${[0, 1, 2, 3, 4, 5, 6, 7].map((at) => `${'m'.repeat(39)}… ${at}`).join(', ')}, and 3 more`,
    ]);
  });
});

describe('the event of a pipeline', () => {
  const pipeline = { pipelineArn: arn('pipeline/churn'), pipelineExecutionArn: arn('pipeline/churn/execution/e7') };
  const step = (detail: object) => read('pipeline', 'Model Building Pipeline Execution Step Status Change', detail);
  const job = arn('training-job/churn-7');

  it('names the pipeline and the execution', () => {
    const execution = (detail: object) => read('pipeline', 'Model Building Pipeline Execution Status Change', detail);
    expect(execution(pipeline)).toMatchObject({
      resource: { type: 'pipeline-execution', name: 'churn', arn: pipeline.pipelineExecutionArn },
      details: [{ label: 'Execution', value: 'e7' }],
    });
    expect(detailsOf(execution({ ...pipeline, pipelineExecutionDisplayName: 'nightly' }))).toEqual([
      'Execution: nightly',
    ]);
    expect(execution({})).toMatchObject({ resource: { name: 'unknown' }, details: [] });
  });

  it('names the step, its job and whether an earlier result was used', () => {
    const change = step({
      ...pipeline,
      stepName: 'Train',
      stepType: 'Training',
      metadata: { empty: {}, trainingJob: { arn: job } },
      cacheHitResult: { sourcePipelineExecutionArn: pipeline.pipelineExecutionArn },
    });
    expect(change).toMatchObject({ resource: { type: 'pipeline-step', name: 'Train' }, part: 'Train', jobArn: job });
    expect(detailsOf(change)).toEqual([
      'Step: Train (Training)',
      'Pipeline: churn',
      'Execution: e7',
      'Job: training-job/churn-7',
      'Cached: yes, an earlier result was used',
    ]);
  });

  it('is read without metadata', () => {
    const change = step({ stepName: 'Train' });
    expect([change.jobArn, detailsOf(change)]).toEqual([undefined, ['Step: Train']]);
  });
});

describe('the event of a job', () => {
  it('of processing has the reason of SageMaker and the message of the container', () => {
    const reason = (detail: object) => read('processing-job', 'Processing Job State Change', detail).reason;
    expect([
      reason({ FailureReason: 'AlgorithmError', ExitMessage: 'no rows' }),
      reason({ FailureReason: 'AlgorithmError' }),
      reason({ ExitMessage: 'no rows' }),
      reason({}),
    ]).toEqual(['AlgorithmError - no rows', 'AlgorithmError', 'no rows', undefined]);
  });

  it('of processing has its machines and its time limit', () => {
    const processing = (detail: object) => read('processing-job', 'Processing Job State Change', detail);
    const change = processing({
      ProcessingResources: { ClusterConfig: { InstanceType: 'ml.m5.large', InstanceCount: 2, VolumeSizeInGB: 30 } },
      StoppingCondition: { MaxRuntimeInSeconds: 7200 },
    });
    expect(change.instances).toEqual([{ type: 'ml.m5.large', count: 2 }]);
    expect(change.billing).toEqual({ component: 'Processing', volumeGb: 30, limitSeconds: 7200 });
    expect(detailsOf(change)).toEqual(['Time limit: 2 h']);
    expect(processing({})).toMatchObject({ instances: [], details: [] });
  });

  it('of training says what can change its cost and what a stop would lose', () => {
    const training = (detail: object) => read('training-job', 'Training Job State Change', detail);
    const change = training({
      EnableManagedSpotTraining: true,
      StoppingCondition: { MaxRuntimeInSeconds: 3600, MaxWaitTimeInSeconds: 7200 },
      CheckpointConfig: { S3Uri: 's3://b/c' },
    });
    expect(detailsOf(change)).toEqual([
      'Managed spot: yes',
      'Time limit: 1 h',
      'Limit with waiting: 2 h',
      'Checkpoints: kept',
    ]);
    expect(change.billing).toMatchObject({ spot: true, checkpoints: true, limitSeconds: 3600 });
    const plain = training({ EnableManagedSpotTraining: false });
    expect([detailsOf(plain), plain.instances, plain.billing?.checkpoints]).toEqual([[], [], false]);
  });

  it('of training has the times in which spot capacity was interrupted', () => {
    const SecondaryStatusTransitions = [
      { Status: 'Training', StartTime: 1_600_000_000 },
      { Status: 'Interrupted', StartTime: 1_600_000_100, EndTime: 1_600_000_200 },
      { Status: 'Interrupted' },
      { Status: 'Interrupted', StartTime: 1_600_000_300 },
    ];
    const { billing } = read('training-job', 'Training Job State Change', { SecondaryStatusTransitions });
    const at = (seconds: number) => new Date(seconds * 1000);
    expect(billing?.pauses).toEqual([
      { from: at(1_600_000_100), to: at(1_600_000_200) },
      { from: at(1_600_000_300), to: undefined },
    ]);
  });

  it.each([
    ['null', null, undefined],
    ['an object', {}, 'serverless training is not charged by the hour'],
  ])('of training is serverless when its ServerlessJobConfig is %s', (_, ServerlessJobConfig, notPriced) => {
    const { billing } = read('training-job', 'Training Job State Change', { ServerlessJobConfig });
    expect(billing?.notPriced).toBe(notPriced);
  });

  it('of batch transform names its model', () => {
    expect(detailsOf(read('transform-job', 'Transform Job State Change', { ModelName: 'm' }))).toEqual(['Model: m']);
  });

  const tuning = (detail: object) => read('tuning-job', 'HyperParameter Tuning Job State Change', detail);
  const definition = (InstanceType: string) => ({ ResourceConfig: { InstanceType, InstanceCount: 1 } });

  it('of tuning counts its training jobs, and names zero only for completed ones', () => {
    const counters = (TrainingJobStatusCounters: object) => detailsOf(tuning({ TrainingJobStatusCounters }));
    expect(counters({ Completed: 0, InProgress: 2, Stopped: 0, RetryableError: 1, NonRetryableError: 3 })).toEqual([
      'Training jobs: 0 completed, 2 in progress, 1 failed (retryable), 3 failed',
    ]);
    expect([counters({}), detailsOf(tuning({}))]).toEqual([[], []]);
  });

  it('of tuning names the best training job, with its result if there is one', () => {
    const best = (metric: object | undefined) =>
      detailsOf(
        tuning({ BestTrainingJob: { TrainingJobName: 'j', FinalHyperParameterTuningJobObjectiveMetric: metric } }),
      );
    expect([best({ MetricName: 'auc', Value: 0.9 }), best({ Value: 0.9 }), best(undefined)]).toEqual([
      ['Best training job: j (auc 0.9)'],
      ['Best training job: j (objective 0.9)'],
      ['Best training job: j'],
    ]);
  });

  it('of tuning has the machines of its one definition, or of all', () => {
    expect(tuning({ TrainingJobDefinition: definition('ml.a') }).instances).toEqual([{ type: 'ml.a', count: 1 }]);
    expect(tuning({ TrainingJobDefinitions: [definition('ml.a'), definition('ml.b')] }).instances).toEqual([
      { type: 'ml.a', count: 1 },
      { type: 'ml.b', count: 1 },
    ]);
  });
});

describe('the event of a labeling job', () => {
  const job = (LabelingJobStatus?: string) =>
    read('labeling-job', 'Ground Truth Labeling Job State Change', {
      LabelingJobStatus,
      LastModifiedTime: 1_600_000_000,
    });

  it.each(['Completed', 'Failed', 'Stopped', 'COMPLETED'])('ends with its last change when its status is %s', (end) => {
    expect(job(end).endedAt).toEqual(new Date(1_600_000_000_000));
  });

  it.each([undefined, 'InProgress', 'Stopping', 'NotCompleted', 'FailedOver'])(
    'has no end while its status is %s',
    (status) => {
      expect(job(status).endedAt).toBeUndefined();
    },
  );

  it('about a task is about one task, which has no name', () => {
    const detail = { State: 'Declined', 'labeling-job-arn': arn('labeling-job/signs') };
    const task = read('labeling-job', 'Ground Truth Labeling Job Task Status Change', detail);
    expect(task).toMatchObject({
      resource: { type: 'labeling-task', name: 'signs', arn: arn('labeling-job/signs') },
      part: 'e1',
      details: [],
    });
    expect(job('Failed').part).toBe('e1');
    const named = { resources: [arn('labeling-job/signs')] };
    expect(read('labeling-job', 'Ground Truth Labeling Job State Change', {}, named).part).toBeUndefined();
  });
});

describe('the event of a human loop', () => {
  const loop = (detail: object) => read('human-review', 'A2I HumanLoop Status Change', detail);

  it('has the failure code and the reason, and the workflow', () => {
    const flowDefinitionArn = arn('flow-definition/receipts');
    const both = loop({ failureCode: 'Expired', failureReason: 'Nobody came', flowDefinitionArn });
    expect([both.reason, detailsOf(both)]).toEqual(['Nobody came', ['Failure code: Expired', 'Workflow: receipts']]);
    expect([loop({ failureCode: 'Expired' }).reason, detailsOf(loop({}))]).toEqual(['Expired', []]);
    expect([both.failureCode, both.within]).toEqual(['Expired', 'receipts']);
    const other = loop({ failureCode: 'Exploded' });
    expect([other.failureCode, detailsOf(other)]).toEqual([undefined, ['Failure code: Exploded']]);
  });

  it('has the place of the answers', () => {
    const outputS3Uri = 's3://reviews/receipts/2026/11/20/03/12/44/loop-1/output.json';
    const change = loop({ humanLoopStatus: 'Completed', humanLoopOutput: { outputS3Uri } });
    expect([change.outputS3Uri, detailsOf(change)]).toEqual([outputS3Uri, [`Output: ${outputS3Uri}`]]);
  });
});

describe('the event of a HyperPod cluster', () => {
  const cluster = (...InstanceGroups: object[]) =>
    read('resource', 'HyperPod Cluster State Change', { ClusterName: 'c', ClusterStatus: 'InService', InstanceGroups });

  it('says how many of its instance groups are in trouble, as a change of its own', () => {
    const change = cluster(
      { InstanceGroupName: 'a', InstanceType: 'ml.p5', Status: 'Failed', CurrentCount: 1, TargetCount: 2 },
      { InstanceGroupName: 'b', Status: 'Degraded' },
      { InstanceGroupName: 'c', Status: 'InService', CurrentCount: 3, TargetCount: 3 },
      {},
    );
    expect(change).toMatchObject({
      secondaryStatus: 'Degraded',
      qualifier: '2 of 4 instance groups failed or degraded',
      instances: [{ type: 'ml.p5', count: 1 }],
    });
    expect(detailsOf(change)).toEqual([
      'Instance groups: a Failed, 1 of 2 nodes; b Degraded, ? of ? nodes; c InService, 3 of 3 nodes; ' +
        'group in unknown state, ? of ? nodes',
    ]);
  });

  it('says nothing of trouble when every group is in service', () => {
    const change = cluster({ InstanceGroupName: 'c', Status: 'InService', CurrentCount: 3, TargetCount: 3 });
    expect([change.secondaryStatus, change.qualifier, detailsOf(cluster())]).toEqual([undefined, undefined, []]);
  });

  it('names an unhealthy node, why, and what SageMaker does', () => {
    const HealthSummary = {
      HealthStatus: 'Unhealthy',
      HealthStatusReason: 'GPU lost',
      RepairAction: 'Replace',
      Recommendation: 'Wait',
    };
    const kind = 'HyperPod Cluster Node Health Event';
    const change = read('resource', kind, { ClusterName: 'c', InstanceId: 'i-1', HealthSummary });
    expect(change).toMatchObject({ status: 'Unhealthy', part: 'i-1', qualifier: 'i-1', reason: 'GPU lost' });
    expect(detailsOf(change)).toEqual(['Node: i-1', 'Repair action: Replace', 'Recommendation: Wait']);
    expect(read('resource', kind, { ClusterName: 'c' })).toMatchObject({
      status: undefined,
      part: undefined,
      details: [],
    });
  });

  const event = (EventMetadata: object | undefined, over: object = {}) =>
    read('resource', 'HyperPod Cluster Event', {
      ClusterName: 'outer',
      EventDetails: { EventId: 'ev1', EventDetails: EventMetadata && { EventMetadata }, ...over },
    });

  it('says what happened to the instance, the group or the cluster', () => {
    const change = event(
      { Instance: { LcsExecutionState: 'Started', FailureMessage: '' }, Cluster: { Status: 'x' } },
      {
        ClusterName: 'inner',
        InstanceGroupName: 'g',
        InstanceId: 'i-1',
        Description: 'Lifecycle script',
        EventLevel: 'Info',
      },
    );
    expect(change).toMatchObject({
      resource: { name: 'inner' },
      part: 'ev1',
      qualifier: 'Lifecycle script',
      status: 'Info',
    });
    expect(detailsOf(change)).toEqual([
      'What happened: Lifecycle script',
      'Instance group: g',
      'Node: i-1',
      'State: Started',
    ]);
  });

  it.each<[string, object | undefined, string | undefined, string | undefined]>([
    ['an instance that failed', { Instance: { FailureMessage: 'no disk', State: 'Running' } }, 'Error', 'no disk'],
    ['an instance group', { InstanceGroup: { Count: 1, GroupStatus: 'Creating' } }, 'Creating', undefined],
    ['the cluster', { Cluster: { StatusCode: 'x', ClusterStatus: 7, state: 'Updating' } }, 'Updating', undefined],
    ['nothing known', {}, undefined, undefined],
    ['no metadata', undefined, undefined, undefined],
  ])('has the state of its subject: %s', (_, metadata, status, reason) => {
    const change = event(metadata);
    expect([change.status, change.reason, change.resource.name]).toEqual([status, reason, 'outer']);
  });

  it('is read without any details', () => {
    const change = read('resource', 'HyperPod Cluster Event', { ClusterName: 'outer', EventDetails: null });
    expect([change.resource.name, change.status, change.part]).toEqual(['outer', undefined, undefined]);
  });
});

describe('the event of a model package', () => {
  const model = (detail: object) => read('resource', 'Model Package State Change', detail);

  it.each([
    ['PendingManualApproval', 'approval pending', 'pending: someone has to approve or reject it'],
    ['Approved', 'approved', 'Approved'],
    ['Rejected', 'rejected', 'Rejected'],
  ])('has its approval beside its status: %s', (ModelApprovalStatus, qualifier, shown) => {
    const change = model({ ModelPackageStatus: 'Completed', ModelApprovalStatus });
    expect(change).toMatchObject({ status: 'Completed', secondaryStatus: ModelApprovalStatus, qualifier });
    expect(detailsOf(change)).toEqual([`Approval: ${shown}`]);
  });

  it('has the approval as its status when it has no other', () => {
    const change = model({ ModelApprovalStatus: 'Approved' });
    expect([change.status, change.secondaryStatus, change.qualifier]).toEqual(['Approved', undefined, undefined]);
  });

  it('shows no approval status when it failed', () => {
    const change = model({ ModelPackageStatus: 'Failed' });
    expect([change.secondaryStatus, change.qualifier, detailsOf(change)]).toEqual([undefined, undefined, []]);
  });

  it('names the fields that people changed, and all failures', () => {
    const change = model({
      ModelPackageStatus: 'Failed',
      UpdatedModelPackageFields: ['ModelApprovalStatus', 'Tags'],
      ModelPackageStatusDetails: {
        ValidationStatuses: [{ Name: 'a', Status: 'Completed' }, { FailureReason: 'no image' }],
        ImageScanStatuses: [{ Name: 'scan', Status: 'Failed', FailureReason: 'CVE-2026-1' }],
      },
    });
    expect([change.reason, detailsOf(change)]).toEqual([
      'no image; CVE-2026-1 (check: scan)',
      ['Changed: ModelApprovalStatus, Tags'],
    ]);
  });

  it.each<[object, string]>([
    [{ ModelPackageGroupName: 'g', ModelPackageVersion: 3 }, 'g/3'],
    [{ ModelPackageGroupName: 'g' }, 'g'],
    [{ ModelPackageVersion: 3 }, 'unknown'],
    [{ ModelPackageName: 'n', ModelPackageGroupName: 'g', ModelPackageVersion: 3 }, 'n'],
  ])('is named by its group and version, or by its own name: %j', (detail, name) => {
    expect(model(detail).resource.name).toBe(name);
  });
});

describe('the event of an algorithm', () => {
  const algorithm = (detail: object) => read('resource', 'Algorithm State Change', { AlgorithmName: 'a', ...detail });

  it('says why its validation failed', () => {
    const ValidationStatuses = [{ Name: 'profile', Status: 'Failed', FailureReason: 'the training job failed' }];
    const failed = algorithm({ AlgorithmStatus: 'Failed', AlgorithmStatusDetails: { ValidationStatuses } });
    expect([failed.status, failed.reason]).toEqual(['Failed', 'the training job failed (check: profile)']);
    expect(algorithm({ AlgorithmStatusDetails: { ValidationStatuses: [] } }).reason).toBeUndefined();
    expect(algorithm({ AlgorithmStatusDetails: 'x' }).reason).toBeUndefined();
  });
});

describe('the event of another resource', () => {
  it.each<[string, object, object, string?]>([
    [
      'Endpoint Config State Change',
      { EndpointConfigName: 'n', EndpointConfigArn: arn('endpoint-config/n') },
      { type: 'endpoint-config' },
    ],
    ['Model State Change', { ModelName: 'n', ModelArn: arn('model/n') }, { type: 'model' }],
    [
      'Notebook Instance State Change',
      { NotebookInstanceName: 'n', NotebookInstanceStatus: 'InService' },
      { type: 'notebook-instance' },
      'InService',
    ],
    [
      'Notebook Lifecycle Config State Change',
      { NotebookInstanceLifecycleConfigName: 'n' },
      { type: 'notebook-instance-lifecycle-config' },
    ],
    ['Algorithm State Change', { AlgorithmName: 'n', AlgorithmStatus: 'Failed' }, { type: 'algorithm' }, 'Failed'],
    [
      'Feature Group State Change',
      { FeatureGroupName: 'n', FeatureGroupStatus: 'Active' },
      { type: 'feature-group' },
      'Active',
    ],
    ['Image State Change', { ImageName: 'n', ImageStatus: 'CREATED' }, { type: 'image' }, 'CREATED'],
    ['Model Card State Change', { ModelCardName: 'n', ModelCardStatus: 'Draft' }, { type: 'model-card' }, 'Draft'],
  ])('has its name and status: %s', (kind, detail, resource, status) => {
    const common = {
      FailureReason: 'why',
      CreationTime: 1_600_000_000,
      LastModifiedTime: 1_600_000_001,
      Tags: { a: 'b' },
    };
    expect(read('resource', kind, { ...common, ...detail })).toMatchObject({
      resource: { name: 'n', ...resource },
      status,
      reason: 'why',
      createdAt: new Date(1_600_000_000_000),
      modifiedAt: new Date(1_600_000_001_000),
      tags: new Map([['a', 'b']]),
      instances: [],
    });
  });

  it('has the machine of a notebook, and the version of an image or a card', () => {
    const notebook = read('resource', 'Notebook Instance State Change', { InstanceType: 'ml.t3.medium' });
    expect(notebook.instances).toEqual([{ type: 'ml.t3.medium', count: 1 }]);
    expect(detailsOf(read('resource', 'Image Version State Change', { Version: 2 }))).toEqual(['Version: 2']);
    expect(detailsOf(read('resource', 'Model Card State Change', { ModelCardVersion: 4 }))).toEqual(['Version: 4']);
  });
});

describe('the event of a type that has no schema of its own', () => {
  const kind = 'Quantum Job State Change';
  const quantum = (detail: object, envelope: object = {}) => read('resource', kind, detail, envelope);

  it.each<[string, object, object, object]>([
    [
      'its own ARN before the envelope',
      { QuantumJobArn: arn('q/own') },
      { resources: [arn('q/other')] },
      { arn: arn('q/own') },
    ],
    [
      'the ARN of the envelope',
      { RoleArn: arn('role/r') },
      { resources: [arn('q/other')] },
      { arn: arn('q/other'), name: 'other' },
    ],
    [
      'any ARN of SageMaker',
      { RoleArn: 'arn:aws:iam::1:role/r', ThingArn: arn('q/thing') },
      {},
      { arn: arn('q/thing') },
    ],
    ['no field that only contains arn', { ArnOfThing: arn('q/thing') }, {}, { arn: undefined }],
    ['its own name', { OtherName: 'x', QuantumJobName: 'q' }, {}, { name: 'q' }],
    ['its own name in kebab-case', { 'quantum-job-name': 'q' }, {}, { name: 'q' }],
    ['any name', { OtherName: 'x' }, {}, { name: 'x' }],
    ['no field that only contains name', { NameOfThing: 'x' }, {}, { name: 'unknown' }],
  ])('has %s', (_, detail, envelope, expected) => {
    expect(quantum(detail, envelope).resource).toMatchObject(expected);
  });

  it.each<[string, object, string | undefined]>([
    ['its own status first', { State: 'd', Status: 'c', JobStatus: 'b', QuantumJobStatus: 'a' }, 'a'],
    ['then JobStatus', { State: 'd', Status: 'c', JobStatus: 'b' }, 'b'],
    ['then Status', { State: 'd', Status: 'c', OtherStatus: 'e' }, 'c'],
    ['then State', { OtherStatus: 'e', State: 'd' }, 'd'],
    ['then any status', { ThingStatusCode: 'x', LastStatus: 'y', OtherStatus: 'e' }, 'e'],
    ['then any state', { PreviousState: 'x', oldState: 'y', ThingState: 'e' }, 'e'],
    [
      'but no earlier or secondary one',
      { PreviousState: 'x', LastStatus: 'y', OldStatus: 'z', SecondaryStatus: 's' },
      undefined,
    ],
    ['but no empty one', { QuantumJobStatus: '', Status: 'c' }, 'c'],
  ])('has %s', (_, detail, status) => {
    expect(quantum(detail).status).toBe(status);
  });

  it.each<[object, string | undefined]>([
    [{ OtherFailureReason: 'x', FailureReason: 'r' }, 'r'],
    [{ FailureMessage: 'm' }, 'm'],
    [{ JobFailureReason: 'x' }, 'x'],
    [{ 'job-failure-message': 'x' }, 'x'],
    [{ FailureReasonCode: 'x' }, undefined],
  ])('has its reason: %j', (detail, reason) => {
    expect(quantum(detail).reason).toBe(reason);
  });

  it('has its times and tags in both spellings', () => {
    const upper = {
      CreationTime: 1_600_000_001,
      StartTime: 1_600_000_002,
      EndTime: 1_600_000_003,
      LastModifiedTime: 1_600_000_004,
    };
    const lower = Object.fromEntries(
      Object.entries(upper).map(([key, value]) => [key.charAt(0).toLowerCase() + key.slice(1), value]),
    );
    const at = (second: number) => new Date(1_600_000_000_000 + second * 1000);
    const expected = {
      createdAt: at(1),
      startedAt: at(2),
      endedAt: at(3),
      modifiedAt: at(4),
      tags: new Map([['a', 'b']]),
    };
    expect(quantum({ ...upper, Tags: { a: 'b' } })).toMatchObject(expected);
    expect(quantum({ ...lower, tags: { a: 'b' } })).toMatchObject(expected);
  });

  it.each([
    ['Tracking Server Create Failed', 'create', 'tracking-server'],
    ['Tracking Server Maintenance Complete', 'maintenance', 'tracking-server'],
    ['Tracking Server Creating Failed', undefined, 'tracking-server'],
    ['Tracking Server Create Failed Again', undefined, 'tracking-server'],
  ])('has the action of its name: %s', (name, qualifier, type) => {
    const change = read('resource', name, {}, { resources: [arn('x/y')] });
    expect([change.qualifier, change.part, change.resource.type]).toEqual([qualifier, qualifier, type]);
  });

  it('is about a thing that nobody named: no two such events are the same change', () => {
    expect(quantum({})).toMatchObject({ resource: { name: 'unknown', arn: undefined }, part: 'e1' });
    expect(quantum({ QuantumJobName: 'q' }).part).toBeUndefined();
    expect(quantum({ QuantumJobArn: arn('q/q') }).part).toBeUndefined();
    expect(quantum({}, { resources: [arn('q/q')] }).part).toBeUndefined();
    expect(read('human-review', 'Human Task Expired', {}, { resources: [arn('labeling-job/j')] }).part).toBe('e1');
  });
});
