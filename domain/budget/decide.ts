/** Decides on the budget of one job at one moment: turns the plan of the check into actions. */
import type { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import type { Action, NotifyAction, StopJobAction } from '../action.ts';
import { renderNotice } from '../alert/render/notice.ts';
import { incarnationKey, resourceKey } from '../change/identity.ts';
import { judge } from '../change/outcome.ts';
import { type Owner, ownerOf } from '../change/owner.ts';
import { type Cost, isPriced, type Metered } from '../cost/meter.ts';
import { formatUsd, type MicroUsd } from '../cost/money.ts';
import { costFacts } from '../cost/words.ts';
import { budgetAlert } from './alert.ts';
import type { BudgetContext, BudgetNews } from './alert-words.ts';
import type { Allowance, BookingFacts } from './booking.ts';
import { type BudgetPlan, checkBudget, type Finding } from './check.ts';
import type { Checked } from './checked.ts';
import type { JobRef } from './job.ts';
import { type Cap, capKey, limitsOf } from './limits.ts';
import { type MonthNews, monthAlert, monthNews, monthNumbers } from './month-alert.ts';
import { monthlyBudgetsOf } from './monthly-budgets.ts';

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

/** A job at one moment, with everything that its budget is decided on except the allowance of its monthly budgets. */
export interface Situation extends BookingFacts {
  readonly owner: Owner;
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

/** Decides on a job. `allowance` is how much it may cost under its monthly budgets. */
export function decideBudget(
  situation: Situation,
  allowance: Allowance,
  configuration: FunctionConfiguration,
): BudgetDecision {
  const { budgets, timeZone } = configuration;
  const { job, change, verdict, metered, limits, checked, owner } = situation;
  const plan = checkBudget({ ...situation, allowance, budgets });
  const context: BudgetContext = {
    change,
    verdict,
    owner,
    mode: budgets.mode,
    protected: limits.protected,
    capTag: budgets.tags.maxCost[0] ?? '',
    mostStopsPerHour: budgets.mostStopsPerHour,
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
      ...stopActions(job, plan, context),
      ...monthNews(allowance, plan, budgets.warnAt).map((news) => notifyAboutMonth(news, situation, configuration)),
      ...allowance.others.map(
        (other): Action => ({ kind: 'check-budget', delaySeconds: 0, requestedBy: undefined, ...other }),
      ),
      plan.nextAt === undefined
        ? { kind: 'disarm-budget', job, before: checked.nextAt }
        : { kind: 'arm-budget', job, at: plan.nextAt, before: checked.nextAt },
    ],
  };
}

function stopActions(job: JobRef, { stop }: BudgetPlan, context: BudgetContext): Action[] {
  if (stop === undefined) return [];
  const { change, mostStopsPerHour: mostPerHour } = context;
  const { cost, cap, again } = stop;
  return [
    {
      kind: 'stop-job',
      key: `stop|${incarnationKey(change)}|${capKey(cap)}${again > 0 ? `|again ${again}` : ''}`,
      resource: resourceKey(change),
      job,
      cap: capKey(cap),
      reason: whyStopped(cap),
      mostPerHour,
      numbers: numbersOf(cost, cap),
      news: { cost, cap, context },
    },
  ];
}

/** The notice about the result of `action`: Ground Control stopped the job, or asks people to stop it. */
export const stopNotice = (
  { news: { cost, cap, context } }: StopJobAction,
  outcome: 'stopped' | 'asked',
  configuration: FunctionConfiguration,
): NotifyAction => notifyAction({ kind: outcome, cost, cap }, context, configuration);

function notifyAction(news: BudgetNews, context: BudgetContext, configuration: FunctionConfiguration): NotifyAction {
  const id = `budget|${incarnationKey(context.change)}|${identityOf(news)}`;
  return {
    kind: 'notify',
    key: `notify|${id}`,
    resource: resourceKey(context.change),
    notice: renderNotice(budgetAlert(id, news, context), configuration),
    ...(news.kind === 'stopped' && { stoppedFor: news.cap.month === undefined ? 'budget' : 'monthly-budget' }),
    ...('cost' in news && { numbers: numbersOf(news.cost, news.cap) }),
  };
}

const whyStopped = ({ month, from }: Cap) => (month === undefined ? 'it is over its cap' : `${from} has nothing left`);

/** The notice about a month. Each share of its budget gets one notice, whichever job reaches it. */
function notifyAboutMonth(news: MonthNews, situation: Situation, configuration: FunctionConfiguration): NotifyAction {
  const { tag, value, month, budget } = news.standing;
  const resource = `monthly-budget|${encodeURIComponent(tag)}/${encodeURIComponent(value)}`;
  const id = `budget|${resource}|${month}|${budget}|${news.what}`;
  return {
    kind: 'notify',
    key: `notify|${id}`,
    resource,
    isShared: true,
    notice: renderNotice(monthAlert(id, news, situation.change, situation.now, configuration), configuration),
    numbers: monthNumbers(news.standing),
  };
}

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
    default:
      return `${news.kind}|${capKey(news.cap)}`;
  }
}

/** The numbers that a decision was based on, for the audit log. */
function numbersOf(cost: Cost, cap: Cap): Record<string, string> {
  const facts = costFacts(cost, false, 'UTC').map(({ label, value }) => [label.toLowerCase(), value] as const);
  const month = cap.month === undefined ? {} : monthNumbers(cap.month);
  return { cap: formatUsd(cap.amount), capFrom: cap.from, ...month, ...Object.fromEntries(facts) };
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
