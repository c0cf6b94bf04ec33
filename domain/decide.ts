/** What to do about one event. */
import type { FunctionConfiguration } from '../schemas/function-configuration.ts';
import type { Remembered } from '../schemas/remembered.ts';
import type { StateChange } from '../schemas/state-change.ts';
import { plainText } from '../schemas/text.ts';
import type { Severity } from '../schemas/vocabulary.ts';
import type { Action, CheckBudgetAction, NotifyAction } from './action.ts';
import { alertFor } from './alert.ts';
import { budgetChecks } from './budget/hand-over.ts';
import { isPriced, type Metered } from './cost/meter.ts';
import { changeKey, resourceKey } from './identity.ts';
import { order } from './order.ts';
import { judge } from './outcome.ts';
import { ownerOf } from './owner.ts';
import { renderNotice } from './render/notice.ts';

/** The decision on one event, and what it stands on. */
export interface Decision {
  readonly outcome: 'alerted' | 'ignored' | 'quarantined' | 'handed-over';
  readonly eventId: string | undefined;
  readonly detailType: string | undefined;
  readonly resource: StateChange['resource'] | undefined;
  readonly status: string | undefined;
  readonly severity: Severity | undefined;
  /** Why the event was ignored or quarantined. */
  readonly reason: string | undefined;
  /** What is to be remembered before anything is done; absent where it is known already. */
  readonly remember: Remembered | undefined;
  readonly actions: readonly Action[];
}

/** What a change gives cause to do. */
type Owed = (NotifyAction & { readonly settles: string }) | CheckBudgetAction;

/** Decides on a change that could be read; `before` is what is remembered of its resource, `cost` what it cost. */
export function decide(
  change: StateChange,
  before: Remembered | undefined,
  configuration: FunctionConfiguration,
  cost?: Metered,
): Decision {
  const verdict = judge(change);
  const decided = {
    eventId: change.event.id,
    detailType: change.event.detailType,
    resource: change.resource,
    status: verdict.status,
    severity: verdict.severity,
  };
  const owner = ownerOf(change.tags, configuration.tags);
  const ordering = order(before, change, verdict, owner);
  const resource = resourceKey(change);
  const now = cost === undefined || !isPriced(cost) ? ordering.now : { ...ordering.now, cost: cost.amount };
  const key = changeKey(resource, now);
  const isLate = ordering.kind === 'late';
  const checks = isLate ? [] : budgetChecks(change, now, owner, configuration.budgets);
  /** What is to be done is noted with what is to be remembered, until it is done. */
  const decision = (outcome: Decision['outcome'], reason: string | undefined, actions: readonly Owed[]): Decision => ({
    ...decided,
    outcome,
    reason,
    remember:
      isLate || !ordering.news
        ? undefined
        : { ...now, untold: noted([...(now.untold ?? []), ...actions.map(({ settles }) => settles)]) },
    actions,
  });
  // What was to be told, and could not be at first, is told though more has happened since.
  if (isLate && before?.untold?.has(key) !== true) return decision('ignored', `late: ${ordering.reason}`, []);
  if (change.parentArn !== undefined)
    return decision('ignored', 'it belongs to a tuning job, which speaks for it', checks);
  if (!configuration.alerts[change.family].includes(verdict.outcome)) {
    const reason = `outcome "${verdict.outcome}" is not among alerts.${change.family} in ground-control.yml`;
    return decision('ignored', reason, checks);
  }
  if (before?.announced?.has(key)) return decision('ignored', 'it has been announced already', checks);
  const notice = renderNotice(alertFor(key, change, verdict, now.owner, cost, now.stoppedFor), configuration);
  const notify: Owed = { kind: 'notify', key: `notify|${key}`, resource, settles: key, notice };
  return decision('alerted', undefined, [notify, ...checks]);
}

const noted = (keys: readonly string[]) => (keys.length === 0 ? undefined : new Set(keys));

/** Leaves an event to the function that can ask what the job has cost; that one tells people. */
export function handOver(event: unknown, change: StateChange): Decision {
  const { status, severity } = judge(change);
  return {
    outcome: 'handed-over',
    eventId: change.event.id,
    detailType: change.event.detailType,
    resource: change.resource,
    status,
    severity,
    reason: 'the budget function can ask what it cost, and tells of it',
    remember: undefined,
    actions: [{ kind: 'hand-over', event }],
  };
}

/** What could not be read, and where. */
export interface Flaw {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

const MOST_FLAWS = 5;

/** Decides on input that could not be read: it is kept, with its flaws named. */
export function quarantine(input: unknown, flaws: readonly Flaw[]): Decision {
  const reason = flaws.slice(0, MOST_FLAWS).map(describeFlaw).join('; ') || 'event: cannot be read';
  return {
    outcome: 'quarantined',
    eventId: textAt(input, 'id', 64),
    detailType: textAt(input, 'detail-type', 128),
    resource: undefined,
    status: undefined,
    severity: undefined,
    reason,
    remember: undefined,
    actions: [{ kind: 'quarantine', input, reason }],
  };
}

/** The envelope's text at `key`, where there is one: what cannot be read as a whole may still say which event it is. */
function textAt(input: unknown, key: string, max: number): string | undefined {
  const value: unknown =
    typeof input === 'object' && input !== null ? Object.getOwnPropertyDescriptor(input, key)?.value : undefined;
  return typeof value === 'string' ? plainText(value, max) : undefined;
}

/** Names the place and what is wrong with it, never the value: it may be a secret. */
function describeFlaw({ path, message }: Flaw): string {
  const place = path.slice(0, 12).map((key) =>
    String(key)
      .replace(/[^\w.-]/g, '?')
      .slice(0, 64),
  );
  const more = path.length > 12 ? '…' : '';
  return `${place.join('.') || 'event'}${more}: ${message}`;
}
