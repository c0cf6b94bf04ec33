import { decide } from '../domain/decide.ts';
import { budgetHandler } from '../handlers/budget/handler.ts';
import { buildBudgetServices } from '../handlers/budget/services.ts';
import { BUDGETED_JOBS } from '../schemas/event/priced-jobs.ts';

/** The function by a clock: stories are told in a minute that take hours. */
export const budgetFunction = (clock?: () => Date) =>
  budgetHandler(BUDGETED_JOBS, decide, () => buildBudgetServices(clock));

export const handler = budgetFunction();
