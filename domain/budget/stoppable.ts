/** What Ground Control may stop and end with the settings of `budgets`. Roles get the permission for this, and no more. */
import { BUDGETED, type Budgeted, type Budgets, type Caps } from '../../schemas/configuration/budgets.ts';

/**
 * The types of jobs that Ground Control may stop: none in mode `observe`. A tag may cap any job, so these are all types
 * unless `mostStopsPerHourByTag` is 0. A limit of 0 stops per hour asks people each time.
 */
export function stoppableTypes(budgets: Budgets): readonly Budgeted[] {
  const { mode, monthly, mostStopsPerHour, mostStopsPerHourByTag } = budgets;
  if (mode !== 'enforce') return [];
  if (mostStopsPerHourByTag > 0) return BUDGETED;
  if (mostStopsPerHour === 0) return [];
  const isMonthly = Object.values(monthly).some((byValue) => Object.keys(byValue).length > 0);
  return isMonthly ? BUDGETED : cappedTypes(budgets);
}

/** The types for which `ground-control.yml` itself has a cap. */
function cappedTypes({ caps, teams, projects }: Budgets): readonly Budgeted[] {
  const all: readonly Caps[] = [caps, ...Object.values(teams), ...Object.values(projects)];
  return BUDGETED.filter((type) => all.some((one) => one[type] !== undefined));
}

/** Whether Ground Control ends the warm pools of training jobs that it stopped. */
export const endsWarmPools = ({ mode, endWarmPools }: Pick<Budgets, 'mode' | 'endWarmPools'>): boolean =>
  mode === 'enforce' && endWarmPools;
