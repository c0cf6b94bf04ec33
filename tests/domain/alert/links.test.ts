import { describe, expect, it } from 'vitest';
import { linksFor } from '../../../domain/alert/links.ts';
import { readTraining, trainingEvent } from '../../support/events.ts';

const change = (type: string, name: string, region = 'eu-west-1', partition = 'aws') => ({
  ...readTraining(trainingEvent()),
  region,
  partition,
  resource: { type, name, arn: undefined },
});

describe('the links of an alert', () => {
  it('lead to the page of the job and to its log streams', () => {
    expect(linksFor(change('training-job', 'churn-1'))).toEqual({
      console: 'https://eu-west-1.console.aws.amazon.com/sagemaker/home?region=eu-west-1#/jobs/churn-1',
      logs: 'https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:log-groups/log-group/$252Faws$252Fsagemaker$252FTrainingJobs$3FlogStreamNameFilter$3Dchurn-1$252F',
    });
  });

  it.each([
    ['aws', 'eu-west-1', 'https://eu-west-1.console.aws.amazon.com/'],
    ['aws-cn', 'cn-north-1', 'https://cn-north-1.console.amazonaws.cn/'],
    ['aws-us-gov', 'us-gov-west-1', 'https://us-gov-west-1.console.amazonaws-us-gov.com/'],
  ])('have the host of partition %s', (partition, region, start) => {
    const { console, logs } = linksFor(change('endpoint', 'e', region, partition));
    expect([console?.startsWith(start), logs?.startsWith(start)]).toEqual([true, true]);
  });

  it.each([
    ['tuning-job', '#/hyper-tuning-jobs/x', 'TrainingJobs$3FlogStreamNameFilter$3Dx-'],
    ['processing-job', '#/processing-jobs/x', 'ProcessingJobs$3FlogStreamNameFilter$3Dx$252F'],
    ['transform-job', '#/transform-jobs/x', 'TransformJobs$3FlogStreamNameFilter$3Dx$252F'],
    ['endpoint', '#/endpoints/x', 'Endpoints$252Fx'],
    ['labeling-job', 'groundtruth?region=eu-west-1#/labeling-jobs/details/x', 'LabelingJobs$3FlogStreamNameFilter$3Dx'],
    ['notebook-instance', '#/notebook-instances/x', 'NotebookInstances$3FlogStreamNameFilter$3Dx$252F'],
  ])('of a %s lead to its own page and logs', (type, page, stream) => {
    const { console, logs } = linksFor(change(type, 'x'));
    expect([console?.endsWith(page), logs?.endsWith(stream)]).toEqual([true, true]);
  });

  it('encode special characters in names', () => {
    const { console, logs } = linksFor(change('training-job', 'a b/c#d?é'));
    expect(console?.endsWith('#/jobs/a%20b%2Fc%23d%3F%C3%A9')).toBe(true);
    expect(logs?.endsWith('$3Da$2520b$252Fc$2523d$253F$25C3$25A9$252F')).toBe(true);
  });

  const step = (jobArn: string | undefined) => linksFor({ ...change('pipeline-step', 'Train'), jobArn });
  const studio = 'https://eu-west-1.console.aws.amazon.com/sagemaker/home?region=eu-west-1#/studio-landing';

  it.each([
    ['training-job', '#/jobs/j-1', 'TrainingJobs'],
    ['processing-job', '#/processing-jobs/j-1', 'ProcessingJobs'],
    ['transform-job', '#/transform-jobs/j-1', 'TransformJobs'],
  ])('of a pipeline step lead to its %s, whose logs say why it failed', (type, page, group) => {
    const { console, logs } = step(`arn:aws:sagemaker:eu-west-1:123456789012:${type}/j-1`);
    expect([console?.endsWith(page), logs?.includes(`$252F${group}$3F`)]).toEqual([true, true]);
  });

  it.each([undefined, 'arn:aws:sagemaker:eu-west-1:1:model/m', 'arn:aws:sagemaker:eu-west-1:1:training-job/j/more'])(
    'of a step without a job that can be shown lead to SageMaker Studio: %s',
    (jobArn) => {
      expect(step(jobArn)).toEqual({ console: studio, logs: undefined, inStudio: 'Pipelines' });
    },
  );

  it.each([
    ['pipeline-execution', 'Pipelines'],
    ['model-package', 'Models'],
    ['feature-group', 'Data, then Feature Store'],
  ])('of a %s open Studio, and say where it is there', (type, inStudio) => {
    expect(linksFor(change(type, 'x'))).toEqual({ console: studio, logs: undefined, inStudio });
  });

  const reviews =
    'https://eu-west-1.console.aws.amazon.com/sagemaker/groundtruth?region=eu-west-1#/a2i/human-review-workflows';

  it.each([
    ['flow 1', `${reviews}/flow%201/human-loops/loop-1`],
    [undefined, reviews],
  ])('of a human loop lead to its page in the workflow %s', (within, console) => {
    expect(linksFor({ ...change('human-loop', 'loop-1'), within })).toEqual({ console, logs: undefined });
  });

  it('of a type that does not exist yet lead to the console of SageMaker', () => {
    const console = 'https://eu-west-1.console.aws.amazon.com/sagemaker/home?region=eu-west-1#/landing';
    expect(linksFor(change('of-tomorrow', 'x'))).toEqual({ console, logs: undefined });
  });

  it.each([
    ['a region that is not known', { ...change('training-job', 'x'), region: undefined }],
    ['a region that begins with another character', change('training-job', 'x', '.eu-west-1')],
    ['a region that ends with another character', change('training-job', 'x', 'eu-west-1/')],
    ['a region that is not valid', change('training-job', 'x', '<region>')],
    ['a partition that is not known', change('training-job', 'x', 'eu-west-1', 'aws-mars')],
    ['a resource without a name', change('training-job', 'unknown')],
  ])('are absent for %s', (_, subject) => {
    expect(linksFor(subject)).toEqual({ console: undefined, logs: undefined });
  });
});
