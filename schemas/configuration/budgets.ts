/** The part of the configuration that says what may be spent; `schemas/configuration/file.ts` fills in the defaults. */
import * as z from 'zod/mini';
import { COMPONENTS } from '../event/billing.ts';

/** Kinds of jobs that are charged by the hour and can be stopped. */
export const BUDGETED = ['training-job', 'tuning-job', 'processing-job', 'transform-job'] as const;
export type Budgeted = (typeof BUDGETED)[number];

/** USD a job, by kind. */
const caps = z.partialRecord(z.enum(BUDGETED), z.number());
export type Caps = z.output<typeof caps>;

export const Budgets = z.object({
  mode: z.enum(['observe', 'enforce']),
  caps,
  teams: z.record(z.string(), caps),
  projects: z.record(z.string(), caps),
  /** USD a month, by tag and its value. */
  monthly: z.record(z.string(), z.record(z.string(), z.number())),
  /** Per cent of a cap or of a monthly budget, ascending. */
  warnAt: z.array(z.number()),
  mostStopsPerHour: z.number(),
  tags: z.object({ maxCost: z.array(z.string()), protected: z.array(z.string()) }),
  /** USD an instance-hour: region, component, instance type. */
  prices: z.record(z.string(), z.partialRecord(z.enum(COMPONENTS), z.record(z.string(), z.number()))),
});
export type Budgets = z.output<typeof Budgets>;

/** Whether `type` is a kind of job that budgets are about. */
export const isBudgeted = (type: string): type is Budgeted => BUDGETED.some((kind) => kind === type);
