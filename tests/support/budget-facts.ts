/** Facts about a training job that costs 10 USD an hour and has a cap of 10 USD: it may run for an hour. */
import type { BudgetFacts } from '../../domain/budget/check.ts';
import { UNCHECKED } from '../../domain/budget/checked.ts';
import type { JobRef } from '../../domain/budget/job.ts';
import { limitsOf } from '../../domain/budget/limits.ts';
import type { MonthStanding } from '../../domain/budget/month/month.ts';
import { judge } from '../../domain/change/outcome.ts';
import { meter } from '../../domain/cost/meter.ts';
import { pricesIn } from '../../domain/cost/prices.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import { SCHEMAS } from './events.ts';

/** When the job began to cost anything. */
export const START = Date.parse('2026-11-20T00:00:00Z');
export const MINUTE = 60_000;
/** The tag with which people set a cap. */
export const TAG = 'ground-control:max-cost-usd';
/** The owner of a job that nobody tagged. */
export const NOBODY = { owner: 'unknown', team: 'unknown', project: 'unknown' };
const ARN = 'arn:aws:sagemaker:us-east-1:123456789012:training-job/churn';
export const JOB: JobRef = { type: 'training-job', arn: ARN };
export const USD = 1_000_000;
const prices = pricesIn('us-east-1', { 'us-east-1': { Training: { 'ml.ten.large': 10 } } }, () => undefined);

export interface Situation {
  /** Minutes after the start. */
  readonly minutes: number;
  readonly status?: string;
  readonly tags?: object;
  /** More of the job's description. */
  readonly more?: object;
  readonly budgets?: object;
  /** When Ground Control stopped the job, in minutes after the start. */
  readonly stoppedMinutes?: number;
  /** Until when the limit of stops held back the stop. */
  readonly heldMinutes?: number;
}

/** A configuration with these budgets. */
export const configured = (budgets: object = {}) => Configuration.parse({ budgets });

/** The moment `minutes` after the start. */
export const instant = (minutes: number) => new Date(START + minutes * MINUTE);

function changeOf({ status = 'InProgress', tags = {}, more = {} }: Partial<Situation>) {
  return SCHEMAS['training-job'].parse({
    'detail-type': 'SageMaker Training Job State Change',
    resources: [ARN],
    detail: {
      TrainingJobName: 'churn',
      TrainingJobArn: ARN,
      TrainingJobStatus: status,
      SecondaryStatus: status === 'InProgress' ? 'Training' : status,
      CreationTime: START - MINUTE,
      TrainingStartTime: START,
      ResourceConfig: { InstanceType: 'ml.ten.large', InstanceCount: 1 },
      StoppingCondition: { MaxRuntimeInSeconds: 86_400 },
      Tags: tags,
      ...more,
    },
  });
}

function checkedOf({ stoppedMinutes, heldMinutes }: Situation) {
  const stoppedAt = stoppedMinutes === undefined ? undefined : instant(stoppedMinutes);
  return {
    ...UNCHECKED,
    stoppingAt: stoppedAt,
    stoppingFor: String(10_000_000),
    stoppedAt,
    heldUntil: heldMinutes === undefined ? undefined : instant(heldMinutes),
  };
}

/** What is known of the job in this situation. Budgets are in mode `enforce` unless the situation says otherwise. */
export function factsOf(situation: Situation): BudgetFacts {
  const change = changeOf({ tags: { [TAG]: '10' }, ...situation });
  const { budgets } = configured({ mode: 'enforce', ...situation.budgets });
  const now = instant(situation.minutes);
  return {
    monthly: [],
    timeZone: 'UTC',
    change,
    verdict: judge(change),
    metered: meter(change, prices, now),
    limits: limitsOf('training-job', change.tags, NOBODY, budgets),
    checked: checkedOf(situation),
    now,
    budgets,
  };
}

/** The November 2026 of project churn, which has 100 USD: `spent` USD are spent, and two jobs cost 20 USD an hour. */
export const monthWith = (spent: number, over: Partial<MonthStanding> = {}): MonthStanding => ({
  tag: 'project',
  value: 'churn',
  month: '2026-11',
  budget: 100 * USD,
  spent: Math.round(spent * USD),
  perHour: 200_000_000_000n,
  protectedPerHour: 0n,
  stoppingPerHour: 0n,
  running: 2,
  unpriced: 0,
  revision: 1,
  ...over,
});
