/** Plans jobs with caps and monthly budgets. */
import { jobOf } from './jobs.ts';
import { changeAt, type Life, type PlannedBudget, type Planning } from './life.ts';

const ALONE: readonly PlannedBudget[] = ['spent', 'protected', 'spending', 'modest'];
const MINUTE = 60_000;
/** Milliseconds that a job with a budget has already run when its first event arrives. */
const RAN = 60 * MINUTE;
/** Two `ml.g5.2xlarge` at 1.515 USD an hour each. */
export const USD_PER_HOUR = 3.03;

/** Caps in USD. After `RAN` the machines have cost 3.03 USD. */
export const CAP: Readonly<Partial<Record<PlannedBudget, string>>> = {
  spent: '2.50',
  spending: '3.28', // some five minutes more
  protected: '2.50',
  modest: '5000',
  sharing: '2', // 40 minutes
};

const SHARING = 33;
const COUNTED = 13;
const EVERY = 40;

/** Monthly budgets in USD, by project, for a plan of `lives` lives. */
export function monthlyBudgets(lives: number): Readonly<Record<'sharing' | 'counted', number>> {
  const sharing = Math.floor((lives - 1 - SHARING) / EVERY) + 1;
  return { sharing: Math.max(1, Math.ceil(sharing / 2) * Number(CAP.sharing)), counted: 1_000_000 };
}

/** The job with a budget that has this number, if it has one. */
export function planBudgeted(planning: Planning): Life | undefined {
  const { random, number, span } = planning;
  // By number, so that also a short story has each kind.
  if (number % 20 === 7) return spender(planning, kindOf(number), random.between(0, span));
  // All start at the same moment, so that they compete for the same money.
  if (number % EVERY === SHARING) return spender(planning, 'sharing', span / 2);
  if (number % EVERY === COUNTED) return spender(planning, 'counted', random.between(0, span));
  return undefined;
}

const kindOf = (number: number): PlannedBudget => ALONE[Math.floor(number / 20) % ALONE.length] ?? 'spent';

/** A job with a budget. Only a `counted` one ends by itself; the others run until somebody stops them. */
function spender(planning: Planning, budget: PlannedBudget, begin: number): Life {
  const { random, number, start } = planning;
  const name = `job-${number}`;
  const end = budget === 'counted' ? begin + random.between(5, 300) : undefined;
  const running = changeAt(planning, begin, 'InProgress', 'Training');
  const from = start + begin - (budget === 'sharing' ? 0 : RAN);
  const project = budget === 'sharing' || budget === 'counted' ? budget : undefined;
  return jobOf(
    'training-job',
    start,
    {
      type: 'training-job',
      name,
      arn: `arn:aws:sagemaker:us-east-1:123456789012:training-job/${name}`,
      createdAt: start + begin,
      team: undefined,
      work: { from, to: end === undefined ? undefined : start + end, usdPerHour: USD_PER_HOUR },
      budget,
      isListed: true,
      changes: end === undefined ? [running] : [running, changeAt(planning, end, 'Completed', 'Completed')],
    },
    {
      ...(project !== undefined && { project }),
      ...(CAP[budget] !== undefined && { 'ground-control:max-cost-usd': CAP[budget] }),
      ...(budget === 'protected' && { 'ground-control:protected': 'true' }),
    },
  );
}
