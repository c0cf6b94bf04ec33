import { decide } from '../domain/decide.ts';
import { budgetHandler } from '../handlers/budget/handler.ts';
import { buildBudgetServices } from '../handlers/budget/services.ts';
import { BUDGETED_JOBS } from '../schemas/event/priced-jobs.ts';

/** Builds the handler. `clock` replaces the real time, so that a story of hours can run within a minute. */
export const budgetFunction = (clock?: () => Date) =>
  budgetHandler(BUDGETED_JOBS, decide, () => buildBudgetServices(clock));

export const handler = budgetFunction();
