import { beforeEach, describe, expect, it } from 'vitest';
import { decide } from '../../../domain/decide.ts';
import { diagnosisHandler } from '../../../handlers/diagnosis/handler.ts';
import { buildDiagnosisServices } from '../../../handlers/diagnosis/services.ts';
import type { Call } from '../../../local/embedded-aws/protocol.ts';
import type { Fault } from '../../../local/embedded-aws/server.ts';
import { localContext } from '../../../local/play/context.ts';
import { describedJob } from '../../../local/play/described-job.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import { PipelineStateChange } from '../../../schemas/event/pipeline.ts';
import { BUDGETED_JOBS } from '../../../schemas/event/priced-jobs.ts';
import { AlertMessage } from '../../../schemas/message/alert.ts';
import { type AnyEvent, functionOf, trainingEvent } from '../../support/events.ts';
import { useLocalAws } from '../../support/local-aws.ts';

/** The fault of each call; set by a test. */
let fault: (call: Call) => Fault | undefined = () => undefined;
const aws = useLocalAws(Configuration.parse({ logs: 'tail', chat: 'on' }), (call) => fault(call));
beforeEach(async () => {
  fault = () => undefined;
  await aws().emptyTable();
  aws().sageMaker.resources.clear();
  aws().logs.clear();
});

const ENDED_AT = Date.parse('2026-11-20T03:00:00Z');
const GROUP = '/aws/sagemaker/TrainingJobs';
const failed = (over: object = {}) =>
  trainingEvent({
    TrainingJobStatus: 'Failed',
    CreationTime: '2026-11-20T00:59:00Z',
    TrainingStartTime: '2026-11-20T01:00:00Z',
    TrainingEndTime: '2026-11-20T03:00:00Z',
    LastModifiedTime: '2026-11-20T03:00:00Z',
    FailureReason: 'AlgorithmError: See job logs for more information',
    ResourceConfig: { InstanceType: 'ml.g5.2xlarge', InstanceCount: 1 },
    Environment: { WANDB: 'CANARY-4f1d9a' },
    ...over,
  });
const TRACEBACK = [
  'Traceback (most recent call last):',
  '  File "train.py", line 3',
  'KeyError: "label CANARY-4f1d9a"',
];

/** SageMaker describes the job of `event`. */
const put = (event: AnyEvent) => {
  const job = describedJob(event);
  if (job !== undefined) aws().sageMaker.put(job);
};
const write = (stream: string, lines: readonly string[]) =>
  aws().logs.put(
    GROUP,
    stream,
    lines.map((message, at) => ({ at: ENDED_AT - 1000 * (lines.length - at), message })),
  );

async function receive(event: AnyEvent, name: 'training-job' | 'pipeline' | 'tuning-job' = 'training-job') {
  const { handler } = await import(`../../../functions/${name}.ts`);
  return handler(event, localContext(functionOf(name)));
}

/** The function `diagnosis` gets its messages. */
async function deliver() {
  const { handler } = await import('../../../functions/diagnosis.ts');
  const bodies = aws().take('diagnosis');
  for (const body of bodies) await handler({ Records: [{ body }] }, localContext('diagnosis'));
  return bodies.length;
}

const alerts = () =>
  aws().publications.map(({ subject, bodies }) => ({
    subject,
    bodies,
    message: AlertMessage.parse(JSON.parse(bodies.get('lambda') ?? '')),
  }));
const only = () => {
  const [alert] = alerts();
  if (alert === undefined || alerts().length !== 1) throw new Error(`expected one alert, not ${alerts().length}`);
  return alert;
};
const logCalls = () => aws().calls.flatMap(({ service, operation }) => (service === 'logs' ? [operation] : []));

describe('the alert about a failed job', () => {
  it('has the last lines of its log that matter, without secrets, in mail, chat and JSON but not in the SMS', async () => {
    put(failed());
    write('churn/algo-1-1795143600', ['epoch 1', ...TRACEBACK]);
    expect(await receive(failed())).toMatchObject({ outcome: 'handed-over', actions: [{ id: 'diagnosis' }] });
    await deliver();
    const lines = ['Traceback (most recent call last):', '  File "train.py", line 3', 'KeyError: "label [hidden]"'];
    const { message, bodies } = only();
    expect(message.log).toEqual({ stream: 'churn/algo-1-1795143600', lines, note: null });
    expect(bodies.get('email')).toContain(
      `LOG\n  From the stream churn/algo-1-1795143600:\n${lines.map((line) => `    ${line}\n`).join('')}`,
    );
    // Amazon Q Developer subscribes with this protocol.
    expect(JSON.parse(bodies.get('https') ?? '').content.description).toContain('> KeyError: "label [hidden]"');
    expect(bodies.get('sms')).not.toContain('Traceback');
    expect(JSON.stringify(aws().calls)).not.toContain('CANARY');
  });

  it('has the cause that its log tells, if its reason does not, and says so', async () => {
    put(failed());
    const last = 'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.50 GiB.';
    write('churn/algo-1-1795143600', [...TRACEBACK.slice(0, 2), last]);
    await receive(failed());
    await deliver();
    expect(only().message.cause).toMatchObject({
      code: 'gpu-memory',
      text: expect.stringMatching(/ \(as its log says\)\.$/),
    });
  });

  it('keeps the cause that its reason tells, whatever its log says', async () => {
    const event = failed({ FailureReason: 'CapacityError: Unable to provision requested ML compute capacity.' });
    put(event);
    write('churn/algo-1-1795143600', TRACEBACK);
    await receive(event);
    await deliver();
    expect(only().message.cause?.code).toBe('capacity');
  });

  it('is delayed by the queue for some seconds, in which the last lines arrive', async () => {
    put(failed());
    await receive(failed());
    const sent = aws().calls.find(({ operation }) => operation === 'SendMessage');
    expect(sent?.input).toMatchObject({ DelaySeconds: 8 });
  });

  it('is sent once, although its event comes twice', async () => {
    put(failed());
    write('churn/algo-1-1795143600', TRACEBACK);
    await receive(failed());
    await receive(failed());
    expect(await deliver()).toBe(2);
    await receive(failed());
    expect(await deliver()).toBe(0);
    expect(alerts()).toHaveLength(1);
  });

  it('says what the job cost, as without a log', async () => {
    put(failed());
    write('churn/algo-1-1795143600', TRACEBACK);
    await receive(failed());
    await deliver();
    expect(only().message.cost).toMatchObject({ usd: 3.03, kind: 'estimate' });
  });

  it('takes the newest stream of each host, and looks for errors first when there are many hosts', async () => {
    put(failed());
    write('churn/algo-1-1795140000', ['Traceback (most recent call last):', 'OldError: of an earlier attempt']);
    for (let host = 1; host <= 60; host++) write(`churn/algo-${host}-1795143600`, ['step 1', 'step 2']);
    write('churn/algo-47-1795143600', TRACEBACK);
    await receive(failed());
    await deliver();
    expect(only().message.log?.stream).toBe('churn/algo-47-1795143600');
    expect(logCalls().sort()).toEqual([
      'DescribeLogStreams',
      'FilterLogEvents',
      ...Array.from({ length: 8 }, () => 'GetLogEvents'),
    ]);
  });

  it('comes without a diagnosis when the job never started: it has no log', async () => {
    const early = failed({ TrainingStartTime: null, FailureReason: 'CapacityError: Unable to provision' });
    await receive(early);
    expect([await deliver(), only().message.log]).toEqual([0, null]);
  });

  it.each<[string, string, (call: Call) => Fault | undefined, RegExp]>([
    ['has written no log', 'x', () => undefined, /^the job has written none$/],
    ['has an empty log', 'churn/algo-1-1795143600', () => undefined, /^it is empty$/],
    [
      'has a log that CloudWatch refuses to show, because it gets too many requests',
      'churn/algo-1-1795143600',
      ({ service }) => (service === 'logs' ? { kind: 'throttle' } : undefined),
      /^CloudWatch Logs answered with an error \(ThrottlingException\)$/,
    ],
    [
      'SageMaker does not describe, so that its secrets are not known',
      'churn/algo-1-1795143600',
      ({ operation }) => (operation === 'DescribeTrainingJob' ? { kind: 'error' } : undefined),
      /^SageMaker does not describe the job, so its secret values could not be hidden$/,
    ],
  ])('says why it has no lines of a job that %s', async (_, stream, faults, why) => {
    put(failed());
    write(stream, []);
    fault = faults;
    await receive(failed());
    await deliver();
    const { message, bodies } = only();
    expect(message.log).toEqual({ stream: null, lines: [], note: expect.stringMatching(why) });
    expect(bodies.get('email')?.replace(/\s+/g, ' ')).toContain(
      `The alert has no lines of the log: ${message.log?.note}`,
    );
  });
});

describe('a look that takes too long', () => {
  it.each([
    ['of the log', ({ service }: Call) => service === 'logs', { firstFailure: null, cost: { usd: 3.03 } }],
    ['of the description', ({ operation }: Call) => operation === 'DescribeTrainingJob', { cost: { usd: null } }],
    ['of everything', ({ service }: Call) => service === 'logs' || service === 'sagemaker', { cost: { usd: null } }],
  ])('does not hold back the alert, without the answer %s', async (_, isSlow, expected) => {
    put(failed());
    write('churn/algo-1-1795143600', TRACEBACK);
    await receive(failed());
    const [body = ''] = aws().take('diagnosis');
    fault = (call) => (isSlow(call) ? { kind: 'slow', milliseconds: 1500 } : undefined);
    const handler = diagnosisHandler(BUDGETED_JOBS, PipelineStateChange, decide, buildDiagnosisServices, 400);
    await handler({ Records: [{ body }] }, localContext('diagnosis'));
    const { message } = only();
    expect(message).toMatchObject(expected);
    expect(message.log).toMatchObject({ lines: [], note: expect.stringMatching(/in time$/) });
  });
});

describe('the alert about a failed pipeline', () => {
  const PIPELINE = 'arn:aws:sagemaker:eu-west-1:123456789012:pipeline/churn-weekly';
  const EXECUTION = `${PIPELINE}/execution/p4jn9xou8a8s`;
  const JOB = 'arn:aws:sagemaker:eu-west-1:123456789012:training-job/pipelines-p4jn9xou8a8s-Train';
  const job = failed({ TrainingJobName: 'pipelines-p4jn9xou8a8s-Train', TrainingJobArn: JOB });
  const execution: AnyEvent = {
    'detail-type': 'SageMaker Model Building Pipeline Execution Status Change',
    source: 'aws.sagemaker',
    id: 'e-1',
    region: 'eu-west-1',
    resources: [PIPELINE, EXECUTION],
    detail: {
      pipelineArn: PIPELINE,
      pipelineExecutionArn: EXECUTION,
      currentPipelineExecutionStatus: 'Failed',
      failureReason: 'Step failure: One or multiple steps failed.',
      executionStartTime: '2026-11-20T00:58:00Z',
      executionEndTime: '2026-11-20T03:01:00Z',
    },
  };
  const step: AnyEvent = {
    ...execution,
    'detail-type': 'SageMaker Model Building Pipeline Execution Step Status Change',
    detail: {
      pipelineArn: PIPELINE,
      pipelineExecutionArn: EXECUTION,
      stepName: 'Train',
      stepType: 'Training',
      currentStepStatus: 'Failed',
      failureReason: 'AlgorithmError: See job logs for more information',
      metadata: { trainingJob: { arn: JOB } },
      stepEndTime: '2026-11-20T03:00:10Z',
    },
  };
  const steps = [
    { StepName: 'Late', StepStatus: 'Failed', EndTime: ENDED_AT / 1000 + 60, FailureReason: 'ClientError: later' },
    {
      StepName: 'Train',
      StepStatus: 'Failed',
      EndTime: ENDED_AT / 1000 + 10,
      FailureReason: 'AlgorithmError: login with CANARY-4f1d9a failed',
      Metadata: { TrainingJob: { Arn: JOB } },
    },
    { StepName: 'Prepare', StepStatus: 'Succeeded', EndTime: ENDED_AT / 1000 - 9000 },
  ];
  const putExecution = (listed: readonly Readonly<Record<string, unknown>>[] = steps) =>
    aws().sageMaker.put({
      type: 'pipeline-execution',
      name: 'p4jn9xou8a8s',
      arn: EXECUTION,
      status: 'Failed',
      createdAt: new Date(ENDED_AT - 7_200_000),
      modifiedAt: new Date(ENDED_AT),
      steps: listed,
    });

  it('names the step and the job that failed first, with their reason and the end of the log', async () => {
    put(job);
    putExecution();
    write('pipelines-p4jn9xou8a8s-Train/algo-1-1795143600', TRACEBACK);
    expect(await receive(execution, 'pipeline')).toMatchObject({ outcome: 'handed-over' });
    await deliver();
    const { subject, message, bodies } = only();
    expect(subject).toBe('FAILED: pipeline churn-weekly');
    expect(message).toMatchObject({
      firstFailure: {
        kind: 'pipeline-step',
        name: 'Train',
        jobArn: JOB,
        reason: 'AlgorithmError: login with [hidden] failed',
      },
      log: { stream: 'pipelines-p4jn9xou8a8s-Train/algo-1-1795143600' },
      links: { logs: expect.stringContaining('pipelines-p4jn9xou8a8s-Train') },
      startedAt: '2026-11-20T00:58:00.000Z',
      details: [{ label: 'Execution', value: 'p4jn9xou8a8s' }],
    });
    expect(bodies.get('email')?.replace(/\s+/g, ' ')).toContain(
      'Step Train (training job pipelines-p4jn9xou8a8s-Train) failed first. SageMaker says about it: "AlgorithmError: login with [hidden] failed"',
    );
    expect(JSON.stringify(aws().calls)).not.toContain('CANARY');
  });

  it('is sent, although the execution was retried before the function diagnosis got the failure', async () => {
    const at = (status: string, time: string) => ({
      ...execution,
      id: status,
      time,
      detail: { ...execution.detail, currentPipelineExecutionStatus: status },
    });
    await receive(at('Failed', '2026-11-20T03:01:00Z'), 'pipeline');
    await receive(at('Executing', '2026-11-20T03:01:02Z'), 'pipeline');
    expect(await deliver()).toBe(1);
    expect(only().message).toMatchObject({ outcome: 'failed', status: 'Failed' });
    await receive(at('Failed', '2026-11-20T03:01:00Z'), 'pipeline');
    expect([await deliver(), alerts().length]).toEqual([0, 1]);
  });

  it('names the first failed step that SageMaker lists, when none of them says when it ended', async () => {
    const failedSteps = ['First', 'Second', 'Third'].map((StepName) => ({ StepName, StepStatus: 'Failed' }));
    putExecution(failedSteps);
    await receive(execution, 'pipeline');
    await deliver();
    expect(only().message.firstFailure).toMatchObject({ name: 'First', reason: null });
  });

  it('goes out without its first failure when SageMaker does not list its steps', async () => {
    await receive(execution, 'pipeline');
    await deliver();
    expect(only().message).toMatchObject({ firstFailure: null, log: null, outcome: 'failed' });
  });

  it('that is about a step names its pipeline, and has the log of its job', async () => {
    put(job);
    write('pipelines-p4jn9xou8a8s-Train/algo-1-1795143600', TRACEBACK);
    await receive(step, 'pipeline');
    await deliver();
    const { subject, message, bodies } = only();
    expect(subject).toBe('FAILED: pipeline step Train of churn-weekly');
    expect(bodies.get('sms')).toContain('pipeline step Train of churn-weekly');
    expect(message).toMatchObject({
      headline: 'Pipeline step Train of pipeline churn-weekly failed.',
      log: { stream: 'pipelines-p4jn9xou8a8s-Train/algo-1-1795143600' },
      details: [{ label: 'Step', value: 'Train (Training)' }, {}, {}, {}],
    });
  });
});

describe('the alert about a failed tuning job', () => {
  const TUNING = 'arn:aws:sagemaker:eu-west-1:123456789012:hyper-parameter-tuning-job/hpo';
  const tuning: AnyEvent = {
    'detail-type': 'SageMaker HyperParameter Tuning Job State Change',
    source: 'aws.sagemaker',
    id: 't-1',
    region: 'eu-west-1',
    resources: [TUNING],
    detail: {
      HyperParameterTuningJobName: 'hpo',
      HyperParameterTuningJobArn: TUNING,
      HyperParameterTuningJobStatus: 'Failed',
      CreationTime: '2026-11-20T00:00:00Z',
      HyperParameterTuningEndTime: '2026-11-20T03:10:00Z',
      FailureReason: 'No training job succeeded after 5 attempts.',
      TrainingJobDefinition: { ResourceConfig: { InstanceType: 'ml.g5.2xlarge', InstanceCount: 1 } },
    },
  };
  const child = (name: string, endedAt: string, reason: string) =>
    failed({
      TrainingJobName: name,
      TrainingJobArn: `arn:aws:sagemaker:eu-west-1:123456789012:training-job/${name}`,
      TuningJobArn: TUNING,
      TrainingEndTime: endedAt,
      FailureReason: reason,
    });

  it('quotes the training job that failed first, and explains its cause', async () => {
    put(tuning);
    put(child('hpo-2', '2026-11-20T02:00:00Z', 'InternalServerError: We encountered an internal error.'));
    put(child('hpo-1', '2026-11-20T01:30:00Z', 'AlgorithmError: torch.OutOfMemoryError: CUDA out of memory'));
    await receive(tuning, 'tuning-job');
    await deliver();
    expect(only().message).toMatchObject({
      firstFailure: { kind: 'training-job', name: 'hpo-1', reason: expect.stringContaining('CUDA out of memory') },
      cause: { code: 'gpu-memory' },
    });
  });
});
