import { teamReportHandler } from '../handlers/teams/handler.ts';
import { buildTeamReportServices } from '../handlers/teams/services.ts';

/** A function whose handler uses this clock. */
export const teamReportFunction = (clock?: () => Date) => teamReportHandler(buildTeamReportServices, clock);

export const handler = teamReportFunction();
