/**
 * What a job may cost, and who says so.
 *
 * Its own tag wins over the cap of its project, that over its team's, that over the one for its kind. A tag that cannot be
 * read neither sets a cap nor takes one away: what was read of it is told to the job's owner.
 */
import type { Budgets } from '../../schemas/configuration/budgets.ts';
import { isBudgeted } from '../../schemas/configuration/budgets.ts';
import type { Tags } from '../../schemas/event/values.ts';
import type { Owner } from '../change/owner.ts';
import { type MicroUsd, microUsd, toMicroUsd } from '../cost/money.ts';
import type { MonthStanding } from './ledger.ts';
import { monthlyBudgetsOf } from './monthly-budgets.ts';

export interface Cap {
  readonly amount: MicroUsd;
  /** Who says so: `the tag ground-control:max-cost-usd`, `ground-control.yml for project churn`. */
  readonly from: string;
  /** What it is told apart by, where that is neither its amount nor its month. */
  readonly key?: string;
  /** The month whose budget leaves it no more than this; absent where the cap is the job's own. */
  readonly month?: MonthStanding;
}

/** What makes one cap another one than the last: what was done for one counts for it alone. */
export const capKey = ({ amount, month, key }: Cap): string =>
  key !== undefined
    ? key
    : month === undefined
      ? String(amount)
      : [month.tag, month.value, month.month, month.budget].join('|');

export interface Limits {
  readonly cap: Cap | undefined;
  /** Never stopped, still warned. */
  readonly protected: boolean;
  /** The tag that would say so cannot be read: it is not stopped either, and people are asked. */
  readonly isProtectionUnclear: boolean;
  /** What is wrong with the tags. */
  readonly flaws: readonly Flaw[];
}

export interface Flaw {
  /** What was read, what was expected and what holds, as sentences. */
  readonly text: string;
  /** The tag that is to be corrected, and a value that it may have. */
  readonly key: string;
  readonly example: string;
  /** Other spellings of it, which contradict it. */
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
  const otherwise = configured === undefined ? 'It has no cap then.' : `The cap of ${configured.from} holds.`;
  if (own.flaw !== undefined) {
    const text = `${own.flaw.text}: expected US dollars from 0.01 to 1000000, such as 25 or 12.50. ${otherwise}`;
    flaws.push({ ...own.flaw, text, example: '25' });
  }
  if (shielded.flaw !== undefined) {
    const text = `${shielded.flaw.text}: expected true or false. It is not stopped at its cap: people are asked.`;
    flaws.push({ ...shielded.flaw, text, example: 'true' });
  }
  return {
    cap: own.value === undefined ? configured : { amount: own.value.amount, from: `the tag ${own.key}` },
    protected: shielded.value?.isProtected === true,
    isProtectionUnclear: shielded.flaw !== undefined,
    flaws,
  };
}

interface Reading<T> {
  readonly key?: string;
  readonly value?: T;
  readonly flaw?: Omit<Flaw, 'example'>;
}

/** The first of `keys` that the resource carries. Spelled in two ways with two values, it says nothing. */
function read<T>(tags: Tags, keys: readonly string[], parse: (value: string) => T | undefined): Reading<T> {
  for (const key of keys) {
    const found = [...tags].filter(([name]) => name.toLowerCase() === key.toLowerCase());
    const [first] = found;
    if (first === undefined) continue;
    const values = new Set(found.map(([, value]) => value.trim()));
    if (values.size > 1) {
      const text = `Tag ${found.map(([name, value]) => `${name} = "${value}"`).join(' and tag ')} contradict each other`;
      return { flaw: { text, key: first[0], others: found.slice(1).map(([name]) => name) } };
    }
    const value = parse(first[1].trim());
    const text = `Tag ${first[0]} is "${first[1]}"`;
    return value === undefined ? { flaw: { text, key: first[0], others: [] } } : { key: first[0], value };
  }
  return {};
}

function configuredCap(type: string, owner: Owner, { caps, teams, projects }: Budgets): Cap | undefined {
  if (!isBudgeted(type)) return undefined;
  const of = (group: Budgets['teams'], name: string) => (Object.hasOwn(group, name) ? group[name]?.[type] : undefined);
  const cap = (usd: number | undefined, from: string): Cap | undefined =>
    usd === undefined ? undefined : { amount: toMicroUsd(usd), from };
  return (
    cap(of(projects, owner.project), `ground-control.yml for project ${owner.project}`) ??
    cap(of(teams, owner.team), `ground-control.yml for team ${owner.team}`) ??
    cap(caps[type], 'ground-control.yml')
  );
}

/** Whether anything limits a job of kind `type` with `tags`: a cap, tags that want to be one, a monthly budget. */
export function isLimited(type: string, tags: Tags, owner: Owner, budgets: Budgets): boolean {
  const { cap, flaws } = limitsOf(type, tags, owner, budgets);
  if (cap !== undefined || flaws.length > 0) return true;
  return isBudgeted(type) && monthlyBudgetsOf(tags, owner, budgets).length > 0;
}
