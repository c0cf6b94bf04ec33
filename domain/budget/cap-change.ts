/** Changes of the cap of a running job, for the audit log. SageMaker does not say who set a tag. */
import type { RecordAction } from '../action.ts';
import { incarnationKey, resourceKey } from '../change/identity.ts';
import { formatUsd } from '../cost/money.ts';
import type { CheckedCap, FoundCap } from './checked.ts';
import type { Situation } from './decide.ts';

/** The job's own cap at this check, as the table stores it. */
export function checkedCap({ limits: { cap }, checked, now }: Situation): FoundCap {
  const found = { amount: cap?.amount ?? 0, from: cap?.from, since: now };
  return checked.cap !== undefined && isSame(checked.cap, found)
    ? { ...found, since: checked.cap.since ?? now }
    : found;
}

/**
 * The record that the cap of a running job is another one than at its last check, in its amount or in its source.
 * Absent when it is not, and at the first check. Copies of one check make the same record.
 */
export function capChange(situation: Situation): RecordAction | undefined {
  const { change, verdict, checked } = situation;
  const before = checked.cap;
  const now = checkedCap(situation);
  if (before === undefined || verdict.outcome !== 'running' || isSame(before, now)) return undefined;
  const [from, to] = [wordsOf(before), wordsOf(now)];
  return {
    kind: 'record',
    // The time distinguishes the change from the same change later.
    key: `cap-changed|${incarnationKey(change)}|${before.since?.getTime() ?? ''}|${from}|${to}`,
    resource: resourceKey(change),
    action: 'cap-changed',
    reason: `the cap was ${from}, and is ${to}`,
    result: 'the job is checked against the new cap',
    numbers: { capBefore: formatUsd(before.amount), cap: formatUsd(now.amount) },
  };
}

/** Earlier versions did not store the source of a cap. */
type Known = Pick<CheckedCap, 'amount' | 'from'>;
const isSame = (before: Known, now: Known): boolean =>
  before.amount === now.amount && (before.from === undefined || before.from === now.from);

/** `$25.00 of the tag ground-control:max-cost-usd`, `not set`. */
function wordsOf({ amount, from }: Known): string {
  if (amount === 0) return 'not set';
  return from === undefined ? formatUsd(amount) : `${formatUsd(amount)} of ${from}`;
}
