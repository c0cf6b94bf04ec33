import { budgetHandler } from '../adapters/budget-handler.ts';
import { buildBudgetServices } from '../adapters/budget-services.ts';
import { decide } from '../domain/decide.ts';
import { BUDGETED_JOBS } from '../schemas/budgeted-jobs.ts';

/** The function by a clock: stories are told in a minute that take hours. */
export const budgetFunction = (clock?: () => Date) =>
  budgetHandler(BUDGETED_JOBS, decide, () => buildBudgetServices(clock));

export const handler = budgetFunction();
