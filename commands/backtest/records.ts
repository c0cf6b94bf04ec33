/** The report of `backtest` for programs: lines of JSON, or CSV. Amounts are in USD. */

import { csvField } from '../../domain/report/csv.ts';
import type { PastMonth } from '../../local/backtest/past-budgets.ts';
import type { GroupRow, JobRow, Report, Sums } from './report.ts';

/**
 * One object a line: every `job`, every `month` of a budget, every `group` of jobs with one owner, team or project, and
 * the `total` with `notes`, which say what the numbers cannot show.
 */
export function jsonLines({ jobs, months, groups, total, standIns }: Report, notes: readonly string[]): string[] {
  const { jobs: count, ...sums } = sumsJson(total);
  return [
    ...jobs.map((row) => ({ kind: 'job', ...jobRecord(row) })),
    ...months.map((month) => ({ kind: 'month', ...monthRecord(month) })),
    ...groups.map((group) => ({ kind: 'group', by: group.by, name: group.name, ...sumsJson(group) })),
    { kind: 'total', jobs: count, ...sums, standInPrices: standIns, notes },
  ].map((record) => JSON.stringify(record));
}

const usd = (amount: number): number => amount / 1_000_000;

function jobRecord(row: JobRow) {
  const { verdict, owner, team, project, region, status, startedAt, cost, wasted, saved, isApproximate } = row;
  const { type, job, endedAt, capUsd, warned, stoppedAt, stoppedFor, reason, flaws } = verdict;
  return {
    type,
    job,
    region: region ?? null,
    owner,
    team,
    project,
    status: status ?? null,
    startedAt: startedAt?.toISOString() ?? null,
    endedAt,
    costUsd: cost === undefined ? null : usd(cost),
    isApproximate,
    wastedUsd: usd(wasted),
    capUsd,
    warned,
    stoppedAt,
    stoppedFor,
    savedUsd: usd(saved),
    reason,
    unreadableTags: flaws,
  };
}

function monthRecord({ tag, value, month, spent, budget, told }: PastMonth) {
  return { told, budget: { tag, value }, month, spentUsd: usd(spent), budgetUsd: usd(budget) };
}

function sumsJson({ jobs, unpriced, cost, failed, wasted, warned, stopped, saved, isApproximate }: Sums | GroupRow) {
  return {
    jobs,
    unpriced,
    costUsd: usd(cost),
    isApproximate,
    failed,
    wastedUsd: usd(wasted),
    warned,
    stopped,
    savedUsd: usd(saved),
  };
}

/** The columns of CSV, in their order. */
const COLUMNS = [
  'type',
  'job',
  'region',
  'owner',
  'team',
  'project',
  'status',
  'startedAt',
  'endedAt',
  'costUsd',
  'isApproximate',
  'wastedUsd',
  'capUsd',
  'warned',
  'stoppedAt',
  'stoppedFor',
  'savedUsd',
  'reason',
  'unreadableTags',
] as const satisfies readonly (keyof ReturnType<typeof jobRecord>)[];

/** A header, and one line a job (RFC 4180, with line feeds). What is unknown is empty. */
export function csvLines({ jobs }: Pick<Report, 'jobs'>): string[] {
  const lines = jobs.map((row) => {
    const record = jobRecord(row);
    return COLUMNS.map((column) => csvField(record[column])).join(',');
  });
  return [COLUMNS.join(','), ...lines];
}
