/** What is done about one job's budget at one moment: the check's answer as actions. */
import type { FunctionConfiguration } from '../../schemas/function-configuration.ts';
import type { StateChange } from '../../schemas/state-change.ts';
import type { Action, JobRef, NotifyAction } from '../action.ts';
import { type Cost, costFacts, isPriced, type Metered } from '../cost/meter.ts';
import { formatUsd, type MicroUsd } from '../cost/money.ts';
import { resourceKey } from '../identity.ts';
import { judge, type Verdict } from '../outcome.ts';
import { ownerOf } from '../owner.ts';
import { renderNotice } from '../render/notice.ts';
import { type BudgetContext, type BudgetNews, budgetAlert } from './alerts.ts';
import { type BudgetPlan, type Checked, checkBudget, type Finding } from './check.ts';
import { type Cap, limitsOf } from './limits.ts';

export interface BudgetDecision {
  /** Whether it stays under watch, and until when nothing has to be asked. */
  readonly nextAt: Date | undefined;
  readonly spent: MicroUsd;
  readonly cap: MicroUsd;
  /** Why, in a word or two, for the log. */
  readonly reason: string;
  readonly status: string | undefined;
  readonly actions: readonly Action[];
}

/** The incarnation of a job: when it was created, in epoch seconds. */
export const generationOf = ({ createdAt }: StateChange): number => Math.floor((createdAt?.getTime() ?? 0) / 1000);

/** Decides on the job that `change` describes, which has cost `metered` at `now`. */
export function decideBudget(
  job: JobRef,
  change: StateChange,
  metered: Metered,
  checked: Checked,
  now: Date,
  configuration: FunctionConfiguration,
): BudgetDecision {
  const { budgets } = configuration;
  const verdict = judge(change);
  const owner = ownerOf(change.tags, configuration.tags);
  const limits = limitsOf(job.type, change.tags, owner, budgets);
  const plan = checkBudget({ change, verdict, metered, limits, checked, now, budgets });
  const context: BudgetContext = {
    change,
    verdict,
    owner,
    mode: budgets.mode,
    protected: limits.protected,
    capTag: budgets.tags.maxCost[0] ?? '',
    mostStopsPerHour: budgets.mostStopsPerHour,
    timeZone: configuration.timeZone,
  };
  const notify = (news: BudgetNews): NotifyAction => notifyAction(news, context, configuration);
  return {
    nextAt: plan.nextAt,
    spent: isPriced(metered) ? metered.amount : 0,
    cap: limits.cap?.amount ?? 0,
    reason: reasonOf(plan, verdict, metered, limits.cap),
    status: verdict.status,
    actions: [
      ...plan.findings.map(notify),
      ...stopActions(job, plan, context, notify, budgets.mostStopsPerHour),
      plan.nextAt === undefined
        ? { kind: 'disarm-budget', job, before: checked.nextAt }
        : { kind: 'arm-budget', job, at: plan.nextAt, before: checked.nextAt },
    ],
  };
}

function stopActions(
  job: JobRef,
  { stop }: BudgetPlan,
  { change }: BudgetContext,
  notify: (news: BudgetNews) => NotifyAction,
  mostPerHour: number,
): Action[] {
  if (stop === undefined) return [];
  const { cost, cap, again } = stop;
  return [
    {
      kind: 'stop-job',
      key: `stop|${identity(change)}|${cap.amount}${again > 0 ? `|again ${again}` : ''}`,
      resource: resourceKey(change),
      job,
      cap: cap.amount,
      mostPerHour,
      numbers: numbersOf(cost, cap),
      whenStopped: notify({ kind: 'stopped', cost, cap }),
      whenAsked: notify({ kind: 'asked', cost, cap }),
    },
  ];
}

const identity = (change: StateChange) => `${resourceKey(change)}|${generationOf(change)}`;

function notifyAction(news: BudgetNews, context: BudgetContext, configuration: FunctionConfiguration): NotifyAction {
  const id = `budget|${identity(context.change)}|${wordOf(news)}`;
  return {
    kind: 'notify',
    key: `notify|${id}`,
    resource: resourceKey(context.change),
    notice: renderNotice(budgetAlert(id, news, context), configuration),
    ...('cost' in news && { numbers: numbersOf(news.cost, news.cap) }),
  };
}

/** What makes one piece of news another one than the last: what has been said is not said again. */
function wordOf(news: BudgetNews): string {
  switch (news.kind) {
    case 'flaw':
      return `flaw|${news.flaws.join(' ')}`;
    case 'warning':
      return `warning|${news.cap.amount}|${news.threshold}`;
    case 'over':
      return `over|${news.cap.amount}|${news.why}`;
    case 'not-stopped':
      return `not-stopped|${news.cap.amount}|${news.status}`;
    default:
      return `${news.kind}|${news.cap.amount}`;
  }
}

/** What a decision stands on, for the audit. */
function numbersOf(cost: Cost, cap: Cap): Record<string, string> {
  const facts = costFacts(cost, false).map(({ label, value }) => [label.toLowerCase(), value] as const);
  return { cap: formatUsd(cap.amount), capFrom: cap.from, ...Object.fromEntries(facts) };
}

function reasonOf(
  { findings, stop, nextAt }: BudgetPlan,
  verdict: Verdict,
  metered: Metered,
  cap: Cap | undefined,
): string {
  if (verdict.outcome !== 'running') return `it has ended: ${verdict.status ?? 'unknown status'}`;
  if (cap === undefined) return 'it has no cap';
  if (!isPriced(metered)) return `not priced: ${metered.notPriced}`;
  const said = findings.map(({ kind }: Finding) => kind).join(', ');
  if (stop !== undefined) return 'it is over its cap';
  return said || (nextAt === undefined ? 'nothing is left to ask' : 'it is within its cap');
}
