/** The request to make the report on labeling teams: the schedule sends it to the function. */
import * as z from 'zod/mini';
import '../zod-english.ts';

export const TeamReportRequest = z.object({
  schema: z.literal('ground-control/team-report'),
  version: z.literal('1.0'),
  /** When the schedule fired. Retries and redrives report the same period. */
  scheduledAt: z.iso.datetime(),
});
export type TeamReportRequest = z.output<typeof TeamReportRequest>;
