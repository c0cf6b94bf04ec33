/**
 * What a job may cost, and where that cap comes from.
 *
 * The first of these wins: the job's own tag, the cap of its project, of its team, of its kind. A tag that cannot be
 * read does not change the cap; an alert quotes the tag.
 */
import type { Budgets } from '../../schemas/configuration/budgets.ts';
import { isBudgeted } from '../../schemas/configuration/budgets.ts';
import type { Tags } from '../../schemas/event/values.ts';
import { lookUp } from '../../schemas/look-up.ts';
import type { Owner } from '../change/owner.ts';
import { type MicroUsd, microUsd, toMicroUsd } from '../cost/money.ts';
import type { MonthStanding } from './month/month.ts';
import { monthlyBudgetsOf } from './month/monthly-budgets.ts';

export interface Cap {
  readonly amount: MicroUsd;
  /** Where the cap comes from: `the tag ground-control:max-cost-usd`, `ground-control.yml for project churn`. */
  readonly from: string;
  /** The tag of the job sets it, so it is the word of its owner. */
  readonly isOwn?: true;
  /** Its identity, if that is neither its amount nor its month. */
  readonly key?: string;
  /** The month whose budget allows the job no more than this. Absent if the cap is the job's own. */
  readonly month?: MonthStanding;
}

/** The identity of a cap: what was done at one cap says nothing about another. */
export const capKey = ({ amount, month, key }: Cap): string =>
  key !== undefined
    ? key
    : month === undefined
      ? String(amount)
      : [month.tag, month.value, month.month, month.budget].join('|');

export interface Limits {
  readonly cap: Cap | undefined;
  /** Ground Control never stops the job, but still sends warnings. */
  readonly protected: boolean;
  /** The tag for `protected` cannot be read, so Ground Control asks people instead of stopping the job. */
  readonly isProtectionUnclear: boolean;
  /** What is wrong with the tags. */
  readonly flaws: readonly Flaw[];
}

export interface Flaw {
  /** Part of the alert's idempotency key, and not for people: a changed text would send the alert again. */
  readonly text: string;
  /** Sentences for people: the value, the expected values, and what applies until the tag is corrected. */
  readonly explanation: string;
  /** The tag to correct, and a value that would be valid. */
  readonly key: string;
  readonly example: string;
  /** Other spellings of the same tag, with other values. */
  readonly others: readonly string[];
}

const LARGEST_CAP = 1_000_000;

/** What the job of kind `type` with `tags` may cost. */
export function limitsOf(type: string, tags: Tags, owner: Owner, budgets: Budgets): Limits {
  const flaws: Flaw[] = [];
  const configured = configuredCap(type, owner, budgets);
  const own = read(tags, budgets.tags.maxCost, (value) => {
    const amount = /^\d+(\.\d+)?$/.test(value) && Number(value) <= LARGEST_CAP ? microUsd(value) : undefined;
    return amount === undefined || amount < 10_000 ? undefined : { amount };
  });
  const shielded = read(tags, budgets.tags.protected, (value) => {
    const word = value.toLowerCase();
    return word === 'true' || word === 'false' ? { isProtected: word === 'true' } : undefined;
  });
  if (own.flaw !== undefined) {
    const expected = 'US dollars from 0.01 to 1000000, such as 25 or 12.50';
    const [otherwise, meanwhile] =
      configured === undefined
        ? ['It has no cap then.', 'the job has no cap']
        : [`The cap of ${configured.from} holds.`, `the cap from ${configured.from} applies`];
    flaws.push(flawOf(own.flaw, expected, '25', otherwise, meanwhile));
  }
  if (shielded.flaw !== undefined) {
    const otherwise = 'It is not stopped at its cap: people are asked.';
    const meanwhile = 'Ground Control does not stop the job at its cap: it asks people';
    flaws.push(flawOf(shielded.flaw, 'true or false', 'true', otherwise, meanwhile));
  }
  return {
    cap: own.value === undefined ? configured : { amount: own.value.amount, from: `the tag ${own.key}`, isOwn: true },
    protected: shielded.value?.isProtected === true,
    isProtectionUnclear: shielded.flaw !== undefined,
    flaws,
  };
}

/** A tag that cannot be read, and what is wrong with it. */
type Unreadable = Pick<Flaw, 'key' | 'others'> & { readonly problem: string };

function flawOf(
  { key, others, problem }: Unreadable,
  expected: string,
  example: string,
  otherwise: string,
  meanwhile: string,
): Flaw {
  const mistake = `${problem}: expected ${expected}.`;
  return {
    key,
    others,
    example,
    text: `${mistake} ${otherwise}`,
    explanation: `${mistake} Until this is corrected, ${meanwhile}.`,
  };
}

interface Reading<T> {
  readonly key?: string;
  readonly value?: T;
  readonly flaw?: Unreadable;
}

/** The first of `keys` that the resource carries. Two spellings with two values are a flaw. */
function read<T>(tags: Tags, keys: readonly string[], parse: (value: string) => T | undefined): Reading<T> {
  for (const key of keys) {
    const found = [...tags].filter(([name]) => name.toLowerCase() === key.toLowerCase());
    const [first] = found;
    if (first === undefined) continue;
    const values = new Set(found.map(([, value]) => value.trim()));
    if (values.size > 1) {
      const all = found.map(([name, value]) => `${name} = "${value}"`).join(' and tag ');
      const problem = `Tag ${all} contradict each other`;
      return { flaw: { problem, key: first[0], others: found.slice(1).map(([name]) => name) } };
    }
    const value = parse(first[1].trim());
    const problem = `Tag ${first[0]} is "${first[1]}"`;
    return value === undefined ? { flaw: { problem, key: first[0], others: [] } } : { key: first[0], value };
  }
  return {};
}

function configuredCap(type: string, owner: Owner, { caps, teams, projects }: Budgets): Cap | undefined {
  if (!isBudgeted(type)) return undefined;
  const of = (group: Budgets['teams'], name: string) => lookUp(group, name)?.[type];
  const cap = (usd: number | undefined, from: string): Cap | undefined =>
    usd === undefined ? undefined : { amount: toMicroUsd(usd), from };
  return (
    cap(of(projects, owner.project), `ground-control.yml for project ${owner.project}`) ??
    cap(of(teams, owner.team), `ground-control.yml for team ${owner.team}`) ??
    cap(caps[type], 'ground-control.yml')
  );
}

/** Whether anything limits a job of kind `type` with `tags`: a cap, a tag that cannot be read, or a monthly budget. */
export function isLimited(type: string, tags: Tags, owner: Owner, budgets: Budgets): boolean {
  const { cap, flaws } = limitsOf(type, tags, owner, budgets);
  if (cap !== undefined || flaws.length > 0) return true;
  return isBudgeted(type) && monthlyBudgetsOf(tags, owner, budgets).length > 0;
}
