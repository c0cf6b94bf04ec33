/** Finds the monthly budgets that count a job, by its tags. */
import type { Budgets } from '../../../schemas/configuration/budgets.ts';
import type { Tags } from '../../../schemas/event/values.ts';
import { lookUp } from '../../../schemas/look-up.ts';
import type { Owner } from '../../change/owner.ts';
import { type MicroUsd, toMicroUsd } from '../../cost/money.ts';

/** How much all jobs with one value of a tag may cost together in a month. */
export interface MonthlyBudget {
  /** The tag as `ground-control.yml` writes it. */
  readonly tag: string;
  readonly value: string;
  /** The budget of a whole month. */
  readonly amount: MicroUsd;
}

/**
 * The monthly budgets of a job with `tags`. Budgets by `owner`, `team` or `project` use the values in `owner`, which
 * come from the configured tag keys.
 */
export function monthlyBudgetsOf(tags: Tags, owner: Owner, { monthly }: Pick<Budgets, 'monthly'>): MonthlyBudget[] {
  const ownerValues: Readonly<Record<string, string>> = { ...owner };
  return Object.entries(monthly).flatMap(([tag, values]) => {
    const value = lookUp(ownerValues, tag) ?? tagValue(tags, tag);
    const usd = lookUp(values, value);
    return value === undefined || usd === undefined ? [] : [{ tag, value, amount: toMicroUsd(usd) }];
  });
}

function tagValue(tags: Tags, tag: string): string | undefined {
  return [...tags].find(([key]) => key.toLowerCase() === tag.toLowerCase())?.[1];
}
