import { describe, expect, it } from 'vitest';
import { decide } from '../../../domain/decide.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import { LabelingJobStateChange } from '../../../schemas/event/labeling-job.ts';

const configuration = Configuration.parse({ labeling: { mode: 'off' } });

/** The cause that people read when only the event is known. */
function causeOf(LabelingJobStatus: string, detail: object = {}) {
  const change = LabelingJobStateChange.parse({
    'detail-type': 'SageMaker Ground Truth Labeling Job State Change',
    source: 'aws.sagemaker',
    id: 'e1',
    region: 'us-east-1',
    resources: ['arn:aws:sagemaker:us-east-1:111122223333:labeling-job/identify-species'],
    detail: { LabelingJobStatus, ...detail },
  });
  const [action] = decide(change, undefined, configuration).actions;
  return action?.kind === 'notify' ? action.notice.message.cause : undefined;
}

const KEEPS =
  'To label the rest, chain the job in the console (Ground Truth, Labeling jobs, Actions, Chain), ' +
  'with the same label attribute: that keeps its labels. A job from the first input pays for them twice.';

describe('the alert on a labeling job of which only the event is known', () => {
  it('says what keeps the labels of a job that failed', () => {
    expect(causeOf('Failed')).toEqual({
      code: 'labeling-ended',
      detail: null,
      text: 'Its event does not say why.',
      nextStep: `Look up the reason in the console, and repair what it names. ${KEEPS}`,
      commands: [],
      retry: null,
    });
  });

  it('says so after the advice for the reason, and does not advise to try again', () => {
    const cause = causeOf('Failed', { FailureReason: 'InternalServerError: We encountered an internal error.' });
    expect([cause?.code, cause?.retry]).toEqual(['internal-service-error', null]);
    expect(cause?.nextStep).toMatch(new RegExp(`^Retry .* ${KEEPS.replace(/[()]/g, '\\$&')}$`));
  });

  it('says so about a job that was stopped', () => {
    expect(causeOf('Stopped')).toMatchObject({
      code: 'stopped',
      nextStep: `If nobody on your team did it, look for the StopLabelingJob call in CloudTrail: it names the caller. ${KEEPS}`,
      retry: null,
    });
  });

  it('says nothing about a job that completed', () => {
    expect(causeOf('Completed')).toBeNull();
  });
});
