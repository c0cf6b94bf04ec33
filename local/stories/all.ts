/** All stories, in the order in which people should see them. */
import type { Configuration } from '../../schemas/configuration/file.ts';
import { MONTH_USD, STORY_USD } from './money.ts';
import type { Step } from './samples.ts';
import type { Story } from './story.ts';

/** A story of sample events. The functions and their libraries are read when it is told. */
const samples =
  (steps: readonly Step[]): Story['tell'] =>
  async (...given) =>
    (await import('./samples.ts')).tellSamples(steps)(...given);

/** What a story says when it enforces what the file does not. */
const enforced = (section: 'budgets' | 'labeling', { [section]: { mode } }: Configuration): string[] =>
  mode === 'enforce' ? [] : [`${section}.mode: enforce; your file has ${mode}`];

/** The first one explains what Ground Control is. */
export const STORIES: readonly Story[] = [
  {
    id: 'training-job',
    title: 'A training job fails at 3 a.m.',
    about: 'The mail says why, what to do next, whose job it is and what it cost, with the last lines of its log.',
    tell: samples([{ file: 'training-job/failed.json', what: 'SageMaker says that the job failed' }]),
  },
  {
    id: 'budget',
    title: 'A forgotten job is stopped at its budget',
    about: 'A tag of the job sets a cap. Two warnings come, and then Ground Control stops it.',
    sets: (configuration) => enforced('budgets', configuration),
    tell: async (...given) => (await import('./budget.ts')).tellBudgetStory(...given),
  },
  {
    id: 'month',
    title: 'A month runs dry',
    about: 'Two jobs spend the budget of a project. When it lasts half an hour more, the newest job is stopped.',
    sets: (configuration) => [
      ...enforced('budgets', configuration),
      `budgets.monthly: { project: { churn: ${MONTH_USD} } }`,
    ],
    tell: async (...given) => (await import('./month.ts')).tellMonthStory(...given),
  },
  {
    id: 'labeling',
    title: 'A labeling job expires, and a new one continues it',
    about: 'A warning comes days before. Then new jobs label the rest, until one in which nobody labels anything.',
    sets: (configuration) => [
      ...enforced('labeling', configuration),
      ...(configuration.labeling.mostUsd >= STORY_USD ? [] : [`labeling.mostUsd: ${STORY_USD}`]),
    ],
    tell: async (...given) => (await import('./labeling.ts')).tellLabelingStory(...given),
  },
  {
    id: 'endpoint',
    title: 'An update of an endpoint is rolled back',
    about:
      'SageMaker calls the endpoint in service. Ground Control says that the update failed, and an instance is missing.',
    tell: samples([
      { file: 'endpoint/updating.json', what: 'Somebody updates the endpoint' },
      { file: 'endpoint/deployment.json', what: 'The new instances do not answer, and SageMaker rolls back' },
      { file: 'endpoint/rolled-back.json', what: 'The endpoint is in service, with one instance of two' },
    ]),
  },
  {
    id: 'pipeline',
    title: 'A pipeline fails, and one mail tells it',
    about: 'The job, the step and the execution fail. The alert about the execution has them all.',
    sets: () => ['delivery.collapse: on'],
    tell: async (...given) => (await import('./pipeline.ts')).tellPipelineStory(...given),
  },
  {
    id: 'storm',
    title: 'Twelve jobs fail within a minute',
    about: 'Five alerts come at once, and five minutes later one message about the others.',
    sets: () => ['delivery.breaker: on'],
    tell: async (...given) => (await import('./storm.ts')).tellStormStory(...given),
  },
  {
    id: 'review',
    title: 'People disagree with the model',
    about:
      'People check what a model says about pictures. After thirty answers it is certain that they agree too seldom.',
    sets: () => ['a review flow of the story, with level: 90'],
    tell: async (...given) => (await import('./review.ts')).tellReviewStory(...given),
  },
  {
    id: 'teams',
    title: 'How labeling teams work',
    about: 'The report of a week tells what changed, with pseudonyms and without a ranking.',
    sets: ({ teams }) => (teams.report === 'off' ? ['teams.report: weekly; your file has off'] : []),
    tell: async (...given) => (await import('./teams.ts')).tellTeamsStory(...given),
  },
  {
    id: 'copies',
    title: 'The same event twice, and an old one late',
    about:
      'EventBridge delivers at least once, and in any order. People hear of a change once, and an ended job stays ended.',
    tell: samples([
      { file: 'training-job/failed.json', what: 'The job failed' },
      { file: 'training-job/failed.json', what: 'The same event comes again' },
      { file: 'training-job/failed.json', what: 'An event that is an hour older comes last', change: anHourBefore },
    ]),
  },
  {
    id: 'waits-for-you',
    title: 'Something waits for a decision',
    about: 'A model package waits for approval, and a machine of a cluster is broken.',
    tell: samples([
      { file: 'resource/model-package-pending-approval.json', what: 'A model package waits for approval' },
      { file: 'resource/node-unhealthy.json', what: 'A machine of a HyperPod cluster is unhealthy' },
    ]),
  },
  {
    id: 'unreadable',
    title: 'An event that nobody knows yet, and one that is broken',
    about:
      'What can be read is told. What cannot is kept in the quarantine queue with the reason, and an alarm counts it.',
    tell: samples([
      { file: 'resource/of-tomorrow.json', what: 'An event type that does not exist yet' },
      { file: 'quarantine/status-is-a-number.json', what: 'A status that is a number' },
    ]),
  },
];

/** The event of the same job while it still ran. */
function anHourBefore(event: Record<string, unknown>): Record<string, unknown> {
  const hour = 3_600_000;
  const { FailureReason: _, TrainingEndTime: __, ...detail } = Object(event['detail']);
  return {
    ...event,
    id: `${event['id']}-before`,
    time: new Date(Date.parse(String(event['time'])) - hour).toISOString(),
    detail: {
      ...detail,
      TrainingJobStatus: 'InProgress',
      SecondaryStatus: 'Training',
      LastModifiedTime: Number(detail.LastModifiedTime) - hour,
    },
  };
}
