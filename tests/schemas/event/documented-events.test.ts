import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judge } from '../../../domain/change/outcome.ts';
import type { StateChange } from '../../../schemas/event/state-change.ts';
import { eventFiles, ROOT, readEvent, SCHEMAS } from '../../support/events.ts';

/** Every event that AWS documents: family, resource type, name, status in the API's spelling, severity. */
const DOCUMENTED: Record<string, [keyof typeof SCHEMAS, string, string, string | undefined, string]> = {
  'sagemaker-a2i-humanloop-status-change-1': ['human-review', 'human-loop', 'humanloop-nov-14-1', 'Completed', 'info'],
  'sagemaker-endpoint-deployment-state-change-1': ['endpoint', 'endpoint', 'sample-endpoint', 'Updating', 'info'],
  'sagemaker-endpoint-state-change-1': ['endpoint', 'endpoint', 'MyEndpoint', 'InService', 'info'],
  'sagemaker-feature-group-state-change-1': ['resource', 'feature-group', 'sample-feature-group', 'Active', 'info'],
  'sagemaker-ground-truth-labeling-job-state-change-1': [
    'labeling-job',
    'labeling-job',
    'test-labeling-job',
    'Completed',
    'info',
  ],
  'sagemaker-hyperparameter-tuning-job-state-change-1': [
    'tuning-job',
    'tuning-job',
    '016bffd3-6d71-4d3a-9710-0a332b2759fc',
    'status',
    'warning',
  ],
  'sagemaker-hyperparameter-tuning-job-state-change-3': [
    'tuning-job',
    'tuning-job',
    '016bffd3-6d71-4d3a-9710-0a332b2759fc',
    'status',
    'warning',
  ],
  'sagemaker-hyperpod-cluster-event-1': ['resource', 'cluster-event', 'sample-cluster', 'Started', 'info'],
  'sagemaker-hyperpod-cluster-event-3': ['resource', 'cluster-event', 'k8-2', 'Started', 'info'],
  'sagemaker-hyperpod-cluster-node-health-event-1': [
    'resource',
    'cluster-node',
    'sample-cluster',
    'Unhealthy',
    'error',
  ],
  'sagemaker-hyperpod-cluster-state-change-1': ['resource', 'cluster', 'sample-cluster', 'InService', 'info'],
  'sagemaker-image-state-change-1': ['resource', 'image', 'cee033a3-17d8-49f8-865f-b9ebf485d9ee', 'Creating', 'info'],
  'sagemaker-image-version-state-change-1': [
    'resource',
    'image-version',
    '07800032-2d29-48b7-8f82-5129225b2a85',
    'Creating',
    'info',
  ],
  'sagemaker-model-building-pipeline-execution-status-change-1': [
    'pipeline',
    'pipeline-execution',
    'myPipeline-123',
    'Succeeded',
    'info',
  ],
  'sagemaker-model-building-pipeline-execution-status-change-5': [
    'pipeline',
    'pipeline-execution',
    'myPipeline-123',
    'Succeeded',
    'info',
  ],
  'sagemaker-model-building-pipeline-execution-step-status-change-1': [
    'pipeline',
    'pipeline-step',
    'myprocessingstep1',
    'Succeeded',
    'info',
  ],
  'sagemaker-model-card-state-change-1': ['resource', 'model-card', 'example-card', 'Draft', 'info'],
  'sagemaker-model-package-state-change-1': [
    'resource',
    'model-package',
    'versionedmp-p-idy6c3e1fiqj/2',
    'Completed',
    'info',
  ],
  'sagemaker-processing-job-state-change-1': [
    'processing-job',
    'processing-job',
    'integ-test-analytics-algo-54ee3282-5899-4aa3-afc2-7ce1d02',
    'Failed',
    'error',
  ],
  'sagemaker-training-job-state-change-1': [
    'training-job',
    'training-job',
    '89c96cc8-dded-4739-afcc-6f1dc936701d',
    'Completed',
    'info',
  ],
  'sagemaker-training-job-state-change-3': [
    'training-job',
    'training-job',
    '89c96cc8-dded-4739-afcc-6f1dc936701d',
    'Completed',
    'info',
  ],
  'sagemaker-transform-job-state-change-1': [
    'transform-job',
    'transform-job',
    '4b52bd8f-e034-4345-818d-884bdd7c9724',
    'another status... GO',
    'warning',
  ],
  'sagemaker-transform-job-state-change-3': [
    'transform-job',
    'transform-job',
    '4b52bd8f-e034-4345-818d-884bdd7c9724',
    'Completed',
    'info',
  ],
  'sagemakerendpointstatechange-1': ['endpoint', 'endpoint', 'MyEndpoint', 'InService', 'info'],
};

describe('a documented event', () => {
  it('has an expectation in this test', () => {
    const files = eventFiles('tests/fixtures/documented/*.json').map((file) =>
      file.split('/').at(-1)?.replace('.json', ''),
    );
    expect(files).toEqual(Object.keys(DOCUMENTED).sort());
  });

  it.each(Object.entries(DOCUMENTED))(
    '%s is read with the right name, status and severity',
    (file, [family, type, name, status, severity]) => {
      const change = SCHEMAS[family].parse(readEvent(`tests/fixtures/documented/${file}.json`));
      const verdict = judge(change);
      expect([change.family, change.resource.type, change.resource.name, verdict.status, verdict.severity]).toEqual([
        family,
        type,
        name,
        status,
        severity,
      ]);
    },
  );
});

describe('the schemas', () => {
  const read = (file: string, family: keyof typeof SCHEMAS): StateChange => SCHEMAS[family].parse(readEvent(file));

  it('take the name from the detail, because the ARN has it in lower case', () => {
    const change = read('events/endpoint/in-service.json', 'endpoint');
    expect(change.resource).toEqual({
      type: 'endpoint',
      name: 'CreditRisk-Prod',
      arn: 'arn:aws:sagemaker:eu-west-1:123456789012:endpoint/creditrisk-prod',
    });
  });

  it('take region and account from the resource when the envelope has others', () => {
    const change = read('tests/fixtures/documented/sagemaker-processing-job-state-change-1.json', 'processing-job');
    expect([change.region, change.account]).toEqual(['us-west-2', '037210630506']);
  });

  it.each([
    ['cn-north-1', 'aws-cn'],
    ['us-gov-west-1', 'aws-us-gov'],
    ['eu-west-1', 'aws'],
  ])('know the partition of %s without an ARN', (region, partition) => {
    const change = SCHEMAS['training-job'].parse({
      'detail-type': 'SageMaker Training Job State Change',
      region,
      detail: { TrainingJobName: 'x' },
    });
    expect(change.partition).toBe(partition);
  });

  it('read a task event in kebab-case', () => {
    const change = read('events/labeling-job/task-declined.json', 'labeling-job');
    expect([change.resource.name, change.status, change.details]).toEqual([
      'street-signs-q4',
      'Declined',
      [{ label: 'Work team', value: 'signs' }],
    ]);
  });

  it.each([
    ['SageMaker Tracking Server Create Failed', 'tracking-server', 'Failed'],
    ['SageMaker Tracking Server Maintenance In Progress', 'tracking-server', 'In Progress'],
    ['SageMaker MLFlow Tracking Server Creating Run', 'mlflow-tracking-server', 'Creating'],
    ['SageMaker Human Task Expired', 'human-task', 'Expired'],
    ['SageMaker Human Loop Step Execution Finished', 'human-loop-step-execution', 'Finished'],
    ['SageMaker Monitoring Schedule State Change', 'monitoring-schedule', undefined],
  ])('derive type and status of %s from its name', (detailType, type, status) => {
    const family = detailType.includes('Human') ? 'human-review' : 'resource';
    const change = SCHEMAS[family].parse({ 'detail-type': detailType, detail: {} });
    expect([change.resource.type, change.status]).toEqual([type, status]);
  });

  it('find a known outcome in every event type whose name contains a status', () => {
    const names = readFileSync(join(ROOT, 'tests/fixtures/detail-types.txt'), 'utf8').trim().split('\n');
    const speaking = names.filter((name) => !/Change$|Event$/.test(name));
    expect(speaking.length).toBeGreaterThan(25);
    for (const detailType of speaking) {
      const family = detailType.includes('Human') ? 'human-review' : 'resource';
      const change = SCHEMAS[family].parse({
        'detail-type': detailType,
        resources: ['arn:aws:sagemaker:eu-west-1:1:x/y'],
        detail: {},
      });
      expect([detailType, judge(change).outcome]).not.toEqual([detailType, 'unknown']);
    }
  });

  it('ignore fields that belong to other resources', () => {
    const change = SCHEMAS.resource.parse({
      'detail-type': 'SageMaker Foo Job State Change',
      resources: ['arn:aws:sagemaker:eu-west-1:123456789012:foo-job/real-name'],
      detail: {
        UserProfileName: 'alice',
        KmsKeyArn: 'arn:aws:kms:us-west-2:999999999999:key/k',
        WarmPoolStatus: 'Terminated',
        JobStatus: 'Stopped',
        SecondaryStatus: 'MaxRuntimeExceeded',
      },
    });
    expect([change.resource.name, change.region, judge(change).outcome]).toEqual([
      'real-name',
      'eu-west-1',
      'time-limit',
    ]);
  });

  it('find name and status in an unknown event type', () => {
    const change = SCHEMAS.resource.parse({
      'detail-type': 'SageMaker Quantum Job State Change',
      resources: ['arn:aws:sagemaker:eu-west-1:123456789012:quantum-job/q-1'],
      detail: {
        previousQuantumJobStatus: 'Cold',
        QuantumJobName: 'Q-1',
        QuantumJobStatus: 'Hot',
        FailureReason: 'melted',
      },
    });
    expect([change.resource, change.status, change.reason]).toEqual([
      { type: 'quantum-job', name: 'Q-1', arn: 'arn:aws:sagemaker:eu-west-1:123456789012:quantum-job/q-1' },
      'Hot',
      'melted',
    ]);
  });
});
