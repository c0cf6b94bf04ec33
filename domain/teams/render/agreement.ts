/** Words about agreement with the consolidated label. */
import type { Agreement } from '../figures.ts';
import type { TeamReport } from '../report.ts';
import { UNKNOWN } from './words.ts';

/** `91.2 %`. */
export const agreementText = (agreement: Agreement | undefined): string =>
  agreement === undefined ? UNKNOWN : `${Number((agreement.share * 100).toFixed(1))} %`;

/** Whether agreement is known of anything in a team. */
export const hasAgreement = (team: TeamReport): boolean =>
  [team, ...team.jobs, ...team.workers].some(({ agreement }) => agreement !== undefined);
