/** What the reader has to know about agreement with the consolidated label. */
import { hasAgreement } from '../../../domain/teams/render/agreement.ts';
import type { Report } from '../../../domain/teams/report.ts';
import { counted } from '../../../schemas/text/count.ts';
import { plainText } from '../../../schemas/text/plain-text.ts';
import type { AgreementRead } from './read-agreement.ts';

/** Jobs that are named because their answers could not be compared. */
const NAMED_JOBS = 5;

/** What the reader has to know about agreement; nothing when there were no manifests to compare answers with. */
export function notesOnAgreement({ teams }: Report, { compared, others }: AgreementRead): string[] {
  const more = others.length - NAMED_JOBS;
  return [
    ...(compared === 0
      ? []
      : [
          'Agreement is the share of answers that equal the consolidated label of their object, where at least two ' +
            'workers answered. The label follows the majority, which may be wrong: this is not correctness.',
        ]),
    ...(compared > 0 && !teams.some(hasAgreement)
      ? ['No agreement is shown: nothing was compared in these days, or it would be about too few workers.']
      : []),
    ...others
      .slice(0, NAMED_JOBS)
      .map(({ job, why }) => `Answers of the job ${plainText(job, 63)} are not comparable with its labels: ${why}.`),
    ...(more > 0 ? [`Answers of ${counted(more, 'more job', 'more jobs')} are not comparable.`] : []),
  ];
}
