/** Decides on the budget of one job at one moment: turns the plan of the check into actions. */
import type { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import type { Action, EndPoolAction, NotifyAction, StopJobAction } from '../action.ts';
import { renderNotice } from '../alert/render/notice.ts';
import { incarnationKey, resourceKey } from '../change/identity.ts';
import { judge } from '../change/outcome.ts';
import { type Owner, ownerOf } from '../change/owner.ts';
import { type Cost, isPriced, type Metered } from '../cost/meter.ts';
import { formatUsd, type MicroUsd } from '../cost/money.ts';
import { costFacts } from '../cost/words.ts';
import { budgetAlert } from './alert.ts';
import type { BudgetContext, BudgetNews } from './alert-words.ts';
import { type BudgetFacts, type BudgetPlan, checkBudget, type Finding } from './check.ts';
import type { Checked } from './checked.ts';
import type { JobRef } from './job.ts';
import { type Cap, capKey, limitsOf } from './limits.ts';
import type { MonthStanding } from './month/month.ts';
import { monthNumbers } from './month/month-words.ts';
import { monthlyBudgetsOf } from './month/monthly-budgets.ts';

/** The decision on one job, with the fields that are logged. */
export interface BudgetDecision {
  /** When the next check is due; absent when no further check is needed. */
  readonly nextAt: Date | undefined;
  /** What the job has cost; 0 when that is not known. */
  readonly spent: MicroUsd;
  /** The job's own cap; 0 when it has none. */
  readonly cap: MicroUsd;
  /** Why the decision is what it is, for the log. */
  readonly reason: string;
  readonly status: string | undefined;
  readonly actions: readonly Action[];
}

/** A job at one moment, with everything that its budget is decided on except its months. */
export interface Situation extends Omit<BudgetFacts, 'month' | 'standings' | 'budgets'> {
  readonly job: JobRef;
  readonly owner: Owner;
}

/** What a decision about a job knows about its months. */
export interface OfMonths {
  /** The month for which the job is to be stopped, if one asks for that. */
  readonly month?: MonthStanding | undefined;
  /** The months of the job. */
  readonly standings?: readonly MonthStanding[];
}

/** The situation at `now` of the job that `change` describes and that has cost `metered`. */
export function situationOf(
  job: JobRef,
  change: StateChange,
  metered: Metered,
  checked: Checked,
  now: Date,
  { budgets, tags, timeZone }: FunctionConfiguration,
): Situation {
  const owner = ownerOf(change.tags, tags);
  const limits = limitsOf(job.type, change.tags, owner, budgets);
  const monthly = monthlyBudgetsOf(change.tags, owner, budgets);
  return { job, change, verdict: judge(change), metered, limits, checked, now, monthly, timeZone, owner };
}

/** Decides on a job. */
export function decideBudget(
  situation: Situation,
  configuration: FunctionConfiguration,
  ofMonths: OfMonths = {},
): BudgetDecision {
  const { budgets, timeZone } = configuration;
  const { job, change, verdict, metered, limits, checked, owner } = situation;
  const plan = checkBudget({ ...situation, ...ofMonths, budgets });
  const context: BudgetContext = {
    change,
    verdict,
    owner,
    mode: budgets.mode,
    protected: limits.protected,
    capTag: budgets.tags.maxCost[0] ?? '',
    timeZone,
  };
  const notify = (news: BudgetNews): NotifyAction => notifyAction(news, context, configuration);
  return {
    nextAt: plan.nextAt,
    spent: isPriced(metered) ? metered.amount : 0,
    cap: limits.cap?.amount ?? 0,
    reason: reasonOf(plan, situation),
    status: verdict.status,
    actions: [
      ...plan.findings.map(notify),
      ...stopActions(job, plan, checked.heldSince, context, configuration),
      ...poolActions(job, plan, context),
      plan.nextAt === undefined
        ? { kind: 'disarm-budget', job, before: checked.nextAt }
        : { kind: 'arm-budget', job, at: plan.nextAt, before: checked.nextAt },
    ],
  };
}

/** Identity of the stop of a job, given by its incarnation key, at `cap`. */
export const stopKeyOf = (job: string, cap: Cap) => `stop|${job}|${capKey(cap)}`;

function stopActions(
  job: JobRef,
  { stop }: BudgetPlan,
  heldSince: Date | undefined,
  context: BudgetContext,
  { budgets: { mostStopsPerHour, mostStopsPerHourByTag } }: FunctionConfiguration,
): Action[] {
  if (stop === undefined) return [];
  const { change } = context;
  const { cost, cap, again } = stop;
  return [
    {
      kind: 'stop-job',
      key: `${stopKeyOf(incarnationKey(change), cap)}${again > 0 ? `|again ${again}` : ''}`,
      resource: resourceKey(change),
      job,
      cap: capKey(cap),
      ...(cap.month !== undefined && { ifLine: { id: cap.month, revision: cap.month.revision } }),
      reason: whyStopped(cap),
      limit:
        cap.isOwn === true
          ? { scope: 'tag', most: mostStopsPerHourByTag }
          : { scope: 'policy', most: mostStopsPerHour },
      heldSince,
      numbers: numbersOf(cost, cap),
      news: { cost, cap, context },
    },
  ];
}

function poolActions(job: JobRef, { endPool }: BudgetPlan, context: BudgetContext): Action[] {
  if (endPool === undefined) return [];
  const { change } = context;
  const key = `end-pool|${incarnationKey(change)}`;
  const numbers = numbersOf(endPool.cost);
  return [{ kind: 'end-pool', key, resource: resourceKey(change), job, numbers, news: { ...endPool, context } }];
}

/** The notice that Ground Control ended the warm pool of a job. */
export const poolNotice = ({ news: { context, ...news } }: EndPoolAction, configuration: FunctionConfiguration) =>
  notifyAction({ kind: 'pool-ended', ...news }, context, configuration);

/** What came of a stop: Ground Control stopped the job, or the limit of stops held it back. */
export type StopOutcome = { readonly kind: 'stopped' } | { readonly kind: 'held-back'; readonly againAt: Date };

/** The notice about the result of `action`. */
export function stopNotice(
  { news: { cost, cap, context }, limit: { most } }: StopJobAction,
  outcome: StopOutcome,
  configuration: FunctionConfiguration,
): NotifyAction {
  const news: BudgetNews = outcome.kind === 'stopped' ? { ...outcome, cost, cap } : { ...outcome, cost, cap, most };
  return notifyAction(news, context, configuration);
}

function notifyAction(news: BudgetNews, context: BudgetContext, configuration: FunctionConfiguration): NotifyAction {
  const id = `budget|${incarnationKey(context.change)}|${identityOf(news)}`;
  return {
    kind: 'notify',
    key: `notify|${id}`,
    resource: resourceKey(context.change),
    notice: renderNotice(budgetAlert(id, news, context), configuration),
    ...(news.kind === 'stopped' && { stoppedFor: news.cap.month === undefined ? 'budget' : 'monthly-budget' }),
    ...('cost' in news && { numbers: numbersOf(news.cost, 'cap' in news ? news.cap : undefined) }),
  };
}

const whyStopped = ({ month, from }: Cap) => (month === undefined ? 'it is over its cap' : `${from} runs out`);

/** Identity of a notice about a job: the same identity is not sent twice. */
function identityOf(news: BudgetNews): string {
  switch (news.kind) {
    case 'flaw':
      return `flaw|${news.flaws.map(({ text }) => text).join(' ')}`;
    case 'warning':
      return `warning|${capKey(news.cap)}|${news.threshold}`;
    case 'over':
      return `over|${capKey(news.cap)}|${news.why}`;
    case 'not-stopped':
      return `not-stopped|${capKey(news.cap)}|${news.status}`;
    case 'not-priced':
      return `not-priced|${news.cap === undefined ? news.monthly.map(({ tag, value }) => `${encodeURIComponent(tag)}/${encodeURIComponent(value)}`).join('|') : capKey(news.cap)}`;
    case 'pool-ended':
      return news.kind;
    default:
      return `${news.kind}|${capKey(news.cap)}`;
  }
}

/** The numbers that a decision was based on, for the audit log. */
function numbersOf(cost: Cost, cap?: Cap): Record<string, string> {
  const facts = costFacts(cost, false, 'UTC').map(({ label, value }) => [label.toLowerCase(), value] as const);
  const month = cap?.month === undefined ? {} : monthNumbers(cap.month);
  const limit = cap === undefined ? {} : { cap: formatUsd(cap.amount), capFrom: cap.from };
  return { ...limit, ...month, ...Object.fromEntries(facts) };
}

function reasonOf({ findings, stop, nextAt }: BudgetPlan, { verdict, metered, limits, monthly }: Situation): string {
  if (verdict.outcome !== 'running') return `it has ended: ${verdict.status ?? 'unknown status'}`;
  if (limits.cap === undefined && monthly.length === 0) return 'it has no cap and no monthly budget';
  if (!isPriced(metered)) return `not priced: ${metered.notPriced}`;
  if (stop !== undefined) return whyStopped(stop.cap);
  const found = findings.map(({ kind }) => FOUND[kind]).join('; ');
  return found || (nextAt === undefined ? 'no further check is needed' : 'it is within its cap');
}

const FOUND = {
  flaw: 'one of its budget tags has a flaw',
  'not-priced': 'its cost is not known',
  warning: 'a warning threshold of its cap is reached',
  over: 'it is over its cap, and is not stopped',
  stopped: 'Ground Control stopped it',
  'not-stopped': 'Ground Control stopped it, and it has not ended',
} as const satisfies Record<Finding['kind'], string>;
