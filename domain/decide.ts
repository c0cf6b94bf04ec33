/** What to do about one event. */
import type { FunctionConfiguration } from '../schemas/function-configuration.ts';
import type { Remembered } from '../schemas/remembered.ts';
import type { StateChange } from '../schemas/state-change.ts';
import { plainText } from '../schemas/text.ts';
import type { Severity } from '../schemas/vocabulary.ts';
import type { Action } from './action.ts';
import { alertFor } from './alert.ts';
import { changeKey, resourceKey } from './identity.ts';
import { order } from './order.ts';
import { judge } from './outcome.ts';
import { ownerOf } from './owner.ts';
import { renderNotice } from './render/notice.ts';

/** The decision on one event, and what it stands on. */
export interface Decision {
  readonly outcome: 'alerted' | 'ignored' | 'quarantined';
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

/** Decides on a change that could be read; `before` is what is remembered of its resource. */
export function decide(
  change: StateChange,
  before: Remembered | undefined,
  configuration: FunctionConfiguration,
): Decision {
  const verdict = judge(change);
  const decided = {
    eventId: change.event.id,
    detailType: change.event.detailType,
    resource: change.resource,
    status: verdict.status,
    severity: verdict.severity,
  };
  const ignored = (reason: string, remember?: Remembered): Decision => ({
    ...decided,
    outcome: 'ignored',
    reason,
    remember,
    actions: [],
  });
  const ordering = order(before, change, verdict, ownerOf(change.tags, configuration.tags));
  const resource = resourceKey(change);
  const { now } = ordering;
  const key = changeKey(resource, now);
  // What was to be told, and could not be at first, is told though more has happened since.
  if (ordering.kind === 'late' && before?.untold?.has(key) !== true) return ignored(`late: ${ordering.reason}`);
  const remember = ordering.kind === 'accepted' && ordering.news ? now : undefined;
  if (change.parentArn !== undefined) return ignored('it belongs to a tuning job, which speaks for it', remember);
  if (!configuration.alerts[change.family].includes(verdict.outcome)) {
    const reason = `outcome "${verdict.outcome}" is not among alerts.${change.family} in ground-control.yml`;
    return ignored(reason, remember);
  }
  if (before?.announced?.has(key)) return ignored('it has been announced already', remember);
  const notice = renderNotice(alertFor(key, change, verdict, now.owner), configuration);
  const action: Action = { kind: 'notify', key: `notify|${key}`, resource, notice };
  return {
    ...decided,
    outcome: 'alerted',
    reason: undefined,
    remember: remember && { ...remember, untold: new Set([...(remember.untold ?? []), key]) },
    actions: [action],
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
