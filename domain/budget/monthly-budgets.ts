/** Which budgets of a month a job is counted in, by its tags. */
import type { Budgets } from '../../schemas/configuration/budgets.ts';
import type { Tags } from '../../schemas/event/values.ts';
import type { Owner } from '../change/owner.ts';
import { type MicroUsd, toMicroUsd } from '../cost/money.ts';

/** What everything with one value of a tag may cost in a month. */
export interface MonthlyBudget {
  /** The tag as `ground-control.yml` writes it. */
  readonly tag: string;
  readonly value: string;
  readonly amount: MicroUsd;
}

/** The budgets for a job with `tags`. `owner`, `team` and `project` are read with the keys that are configured for them. */
export function monthlyBudgetsOf(tags: Tags, owner: Owner, { monthly }: Pick<Budgets, 'monthly'>): MonthlyBudget[] {
  const known: Readonly<Record<string, string>> = { ...owner };
  return Object.entries(monthly).flatMap(([tag, values]) => {
    const value = Object.hasOwn(known, tag) ? known[tag] : tagValue(tags, tag);
    const usd = value !== undefined && Object.hasOwn(values, value) ? values[value] : undefined;
    return value === undefined || usd === undefined ? [] : [{ tag, value, amount: toMicroUsd(usd) }];
  });
}

function tagValue(tags: Tags, tag: string): string | undefined {
  return [...tags].find(([key]) => key.toLowerCase() === tag.toLowerCase())?.[1];
}
