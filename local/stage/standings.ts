/** What the running jobs of a stage cost, compared with their caps. It only reads, with the credentials of the caller. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { priceCacheIn } from '../../adapters/dynamodb/prices.ts';
import { spotSharesIn } from '../../adapters/dynamodb/spot-shares.ts';
import { type TunedJobCache, tunedJobCacheIn } from '../../adapters/dynamodb/tuned-jobs.ts';
import { priceListWith } from '../../adapters/pricing/price-list.ts';
import { describeWith, JOBS } from '../../adapters/sagemaker/describe.ts';
import { trainingJobsWith } from '../../adapters/sagemaker/tuned-jobs.ts';
import { limitsOf } from '../../domain/budget/limits.ts';
import { type MonthlyBudget, monthlyBudgetsOf } from '../../domain/budget/month/monthly-budgets.ts';
import { judge } from '../../domain/change/outcome.ts';
import { ownerOf } from '../../domain/change/owner.ts';
import { isPriced, type Metered } from '../../domain/cost/meter.ts';
import { secondsFor } from '../../domain/cost/money.ts';
import { costsWith } from '../../handlers/cost/cost-of-job.ts';
import type { Budgeted } from '../../schemas/configuration/budgets.ts';
import type { Configuration } from '../../schemas/configuration/file.ts';
import { BUDGETED_JOBS } from '../../schemas/event/priced-jobs.ts';
import { pricesInMemory } from '../backtest/prices-in-memory.ts';

/** One running job. */
export interface Standing {
  readonly job: string;
  readonly type: Budgeted;
  readonly costUsd: number | null;
  readonly formula: string | null;
  readonly capUsd: number | null;
  readonly capFrom: string | null;
  readonly reachedAt: string | null;
  /** The monthly budgets that it counts in: `project churn`. */
  readonly monthly: readonly string[];
  readonly reason: string | null;
}

/** Whether a job has cost what its cap allows, or more. */
export const isOverCap = ({ costUsd, capUsd }: Pick<Standing, 'costUsd' | 'capUsd'>): boolean =>
  costUsd !== null && capUsd !== null && costUsd >= capUsd;

/** How a job stands at `now`; undefined when it does not run any more. Rejects when SageMaker does not answer. */
export type StandingOf = (
  type: Budgeted,
  job: { readonly name: string; readonly arn: string },
  now: Date,
) => Promise<Standing | undefined>;

/** Standings by `configuration`, with what the table called `table` knows. `warn` is called when no price is known. */
export function standingsIn(
  table: string,
  { dynamoDb, sageMaker }: { readonly dynamoDb: DynamoDBClient; readonly sageMaker: SageMakerClient },
  { budgets, tags }: Pick<Configuration, 'budgets' | 'tags'>,
  warn: (message: string) => void,
): StandingOf {
  const costs = costsWith(budgets.prices, {
    list: priceListWith(pricesInMemory(priceCacheIn(table, dynamoDb).recall), warn),
    trainingJobsOf: trainingJobsWith(readOnly(tunedJobCacheIn(table, dynamoDb)), sageMaker),
    spotShares: spotSharesIn(table, dynamoDb).recall,
  });
  const describe = describeWith(JOBS, sageMaker);
  return async (type, job, now) => {
    const described = await describe(type, job);
    if (described === undefined) return undefined;
    const change = BUDGETED_JOBS[type].parse(described);
    if (judge(change).outcome !== 'running') return undefined;
    const owner = ownerOf(change.tags, tags);
    const { cap } = limitsOf(type, change.tags, owner, budgets);
    const monthly = monthlyBudgetsOf(change.tags, owner, budgets);
    return standingOf(change.resource.name, type, await costs(change, now), cap, monthly, now);
  };
}

/** It only reads, so it keeps nothing for later runs. */
const readOnly = ({ recall }: TunedJobCache): TunedJobCache => ({ recall, keep: async () => undefined });

function standingOf(
  job: string,
  type: Budgeted,
  metered: Metered,
  cap: ReturnType<typeof limitsOf>['cap'],
  monthly: readonly MonthlyBudget[],
  now: Date,
): Standing {
  const known = isPriced(metered);
  const seconds =
    known && !metered.isPaused && cap !== undefined
      ? secondsFor(cap.amount - metered.amount, metered.perHour)
      : undefined;
  return {
    job,
    type,
    costUsd: known ? metered.amount / 1_000_000 : null,
    formula: known ? metered.formula : null,
    capUsd: cap === undefined ? null : cap.amount / 1_000_000,
    capFrom: cap?.from ?? null,
    reachedAt: seconds === undefined ? null : new Date(now.getTime() + Math.max(0, seconds) * 1000).toISOString(),
    monthly: monthly.map(({ tag, value }) => `${tag} ${value}`),
    reason: known ? null : metered.notPriced,
  };
}
