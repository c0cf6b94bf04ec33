/** The report of `review` for programs: lines of JSON, or CSV. `docs/review.md` documents both. */

import { csvField } from '../../domain/report/csv.ts';
import { NOTES } from '../../domain/review/meaning.ts';
import type { ReviewLine } from '../../domain/review/summary.ts';
import type { Report } from './report.ts';

/** The version of the form. It rises when a field changes its meaning or is removed. */
export const VERSION = 1;

/** One object a line: the lines of each flow and of its fields, then one `summary`. */
export function jsonLines({ flows, compared, notComparable, ...counts }: Report): string[] {
  const { unreadable, copies, leftOut, undated } = counts;
  const lines = flows.flatMap((flow) => [...flow.lines, ...flow.fields]);
  const summary = {
    kind: 'summary',
    objects: compared + notComparable,
    compared,
    notComparable: flows.flatMap((flow) =>
      flow.notComparable.map(({ why, words, count }) => ({ flow: flow.flow, why, words, count })),
    ),
    skippedFields: flows.reduce((sum, { skipped }) => sum + skipped, 0),
    unreadable,
    copies,
    leftOut,
    undated,
    notes: NOTES,
  };
  return [...lines, summary].map((line) => JSON.stringify({ version: VERSION, ...line }));
}

/** The columns of CSV, in their order. */
const COLUMNS = [
  'kind',
  'flow',
  'field',
  'reason',
  'objects',
  'n',
  'agreement',
  'low',
  'high',
  'peopleUnits',
  'peopleAgreement',
  'alpha',
  'ac1',
  'confirmed',
  'rejected',
  'added',
  'kept',
  'changed',
  'agree',
  'disagree',
  'undecided',
  'precision',
  'recall',
  'f1',
  'isBelowLevel',
  'estimatesAccuracy',
  'meaning',
] as const satisfies readonly (keyof ReviewLine)[];

/** A header, and one line for each flow or field and reason (RFC 4180, with line feeds). What is unknown is empty. */
export function csvLines({ flows }: Report): string[] {
  const lines = flows.flatMap((flow) => [...flow.lines, ...flow.fields]);
  return [COLUMNS.join(','), ...lines.map((line) => COLUMNS.map((column) => csvField(line[column])).join(','))];
}
