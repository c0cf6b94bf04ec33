/** The files of a stored report: the page for people, and the same figures for spreadsheets and programs. */
import type { Sha256 } from '../../report/page.ts';
import type { Period } from '../period.ts';
import type { Report } from '../report.ts';
import { page } from './page.ts';
import { csvLines, jsonLines } from './records.ts';

/** Every key of a stored report begins with it. */
export const REPORTS_FOLDER = 'team-reports/';

/** The name of a report is its first and its last day: `2026-11-09_2026-11-15`. */
export const REPORT_NAME = /^\d{4}-\d\d-\d\d_\d{4}-\d\d-\d\d$/;
export const nameOfReport = ({ firstDay, lastDay }: Pick<Period, 'firstDay' | 'lastDay'>): string =>
  `${firstDay}_${lastDay}`;

/** The key of the file `name` of the report called `report`. The page is `report.html`. */
export const keyOf = (report: string, name: ReportFile['name']): string => `${REPORTS_FOLDER}${report}/${name}`;

/** One file of a report. */
export interface ReportFile {
  readonly name: 'report.html' | 'report.csv' | 'report.jsonl';
  /** Its media type. */
  readonly type: string;
  readonly text: string;
}

/** The files of `report`, the page last: where it is, the others are. */
export const filesOf = (report: Report, notes: readonly string[], sha256: Sha256): ReportFile[] => [
  { name: 'report.csv', type: 'text/csv; charset=utf-8', text: textOf(csvLines(report)) },
  { name: 'report.jsonl', type: 'application/x-ndjson; charset=utf-8', text: textOf(jsonLines(report)) },
  { name: 'report.html', type: 'text/html; charset=utf-8', text: page(report, notes, sha256) },
];

const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
