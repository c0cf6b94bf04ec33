/** The request to make the report on labeling teams: the schedule sends it to the function. */
import * as z from 'zod/mini';
import { timeZoneNamed } from '../text/time-zone.ts';
import '../zod-english.ts';

export const TeamReportRequest = z.object({
  schema: z.literal('ground-control/team-report'),
  version: z.literal('1.0'),
  /** When the schedule fired. Retries and redrives report the same period. */
  scheduledAt: z.iso.datetime(),
  /**
   * What was scheduled: how many days the report has, and where these begin. So a redrive makes the same report after a
   * setting has changed. Without them, the configuration says it.
   */
  report: z.optional(z.enum(['weekly', 'monthly'])),
  timeZone: z.optional(
    z
      .string()
      .check(
        z.refine((name) => timeZoneNamed(name) !== undefined, { error: 'expected a time zone like Europe/Berlin' }),
      ),
  ),
});
export type TeamReportRequest = z.output<typeof TeamReportRequest>;
