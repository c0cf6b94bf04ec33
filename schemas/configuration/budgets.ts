/**
 * The `budgets` section as functions read it. `schemas/configuration/file.ts` documents it and fills in the defaults.
 */
import * as z from 'zod/mini';
import { COMPONENTS } from '../event/billing.ts';

/** Job types that are charged by the hour and that the API can stop. */
export const BUDGETED = ['training-job', 'tuning-job', 'processing-job', 'transform-job'] as const;
export type Budgeted = (typeof BUDGETED)[number];

/** The most one job may cost, in USD, by job type. */
const caps = z.partialRecord(z.enum(BUDGETED), z.number());
export type Caps = z.output<typeof caps>;

export const Budgets = z.object({
  mode: z.enum(['observe', 'enforce']),
  caps,
  teams: z.record(z.string(), caps),
  projects: z.record(z.string(), caps),
  /** USD per calendar month, by tag key and tag value. */
  monthly: z.record(z.string(), z.record(z.string(), z.number())),
  /** Percentages of a cap or a monthly budget, ascending. */
  warnAt: z.array(z.number()),
  /** Minutes that the rest of a monthly budget has to last. */
  runwayMinutes: z.number(),
  mostStopsPerHour: z.number(),
  mostStopsPerHourByTag: z.number(),
  /** Whether the warm pool of a stopped job is ended too. */
  endWarmPools: z.boolean(),
  tags: z.object({ maxCost: z.array(z.string()), protected: z.array(z.string()) }),
  /** USD per instance-hour, by region, component and instance type. */
  prices: z.record(z.string(), z.partialRecord(z.enum(COMPONENTS), z.record(z.string(), z.number()))),
});
export type Budgets = z.output<typeof Budgets>;

/** Whether budgets apply to resources of `type`. */
export const isBudgeted = (type: string): type is Budgeted => BUDGETED.some((kind) => kind === type);
