/**
 * The Lambda handler of the function `workerActivity`. A subscription filter on the log of worker activity calls it, and
 * it writes metrics about teams.
 *
 * Entries have ids of workers, so nothing keeps them: they are not logged, quarantined or written anywhere. What cannot
 * be read is counted, and its log line has the reason and its size. Nothing is lost by that, because the log group
 * still has the entries, and the report on teams reads them there.
 */
import { Logger } from '@aws-lambda-powertools/logger';
import { LiveTeams, liveFigures } from '../../domain/teams/live.ts';
import type { LogRecord } from '../../schemas/teams/log-record.ts';
import { readActivity, type WorkerActivity } from '../../schemas/teams/worker-activity.ts';
import { type TeamMetrics, teamMetrics } from './metrics.ts';
import { unpack } from './unpack.ts';

/** What became of a message. The numbers are those of log events. */
export type LiveResult =
  | { readonly outcome: 'counted'; readonly entries: number; readonly unreadable: number; readonly unknown: number }
  | { readonly outcome: 'ignored' }
  | { readonly outcome: 'unreadable'; readonly why: string };

export interface LiveServices {
  readonly metrics: TeamMetrics;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  readonly clock: () => number;
}

/**
 * A Lambda handler that never fails because of its input: a retry would read the same. CloudWatch Logs may deliver
 * entries twice, and then metrics count them twice.
 */
export function liveHandler(
  { metrics, logger, clock }: LiveServices = {
    metrics: teamMetrics(),
    logger: new Logger({ serviceName: 'ground-control' }),
    clock: Date.now,
  },
): (event: unknown) => Promise<LiveResult> {
  const teams = new LiveTeams();
  return async (event) => {
    const message = unpack(event);
    if (message.kind === 'control') return { outcome: 'ignored' };
    if (message.kind === 'unreadable') {
      const { why, characters } = message;
      logger.warn('a message about worker activity cannot be read', { why, characters });
      metrics.countUnreadable(1);
      return { outcome: 'unreadable', why };
    }
    const { entries, reasons, newest } = readAll(message.records);
    const at = metricTime(newest, clock());
    for (const [team, figures] of liveFigures(entries, teams)) metrics.publish({ team, at, figures });
    const unreadable = message.records.length - entries.length;
    if (unreadable > 0) {
      logger.warn('entries of worker activity cannot be read', { reasons: Object.fromEntries(reasons) });
      metrics.countUnreadable(unreadable);
    }
    const unknown = entries.filter(({ kind }) => kind === undefined).length;
    const result = { outcome: 'counted', entries: entries.length, unreadable, unknown } as const;
    logger.info('worker activity counted', result);
    return result;
  };
}

/** The entries of the records, why others cannot be read, and when the newest was logged (epoch milliseconds). */
function readAll(records: readonly LogRecord[]) {
  const entries: WorkerActivity[] = [];
  const reasons = new Map<string, number>();
  let newest = 0;
  const refuse = (why: string) => reasons.set(why, (reasons.get(why) ?? 0) + 1);
  for (const record of records) {
    if (record.why !== undefined) {
      refuse(record.why);
      continue;
    }
    newest = Math.max(newest, record.loggedAt ?? 0);
    const { activity, why } = readActivity(record.entry, record.loggedAt);
    if (activity === undefined) refuse(why);
    else entries.push(activity);
  }
  return { entries, reasons, newest };
}

/** Milliseconds. CloudWatch takes points of at most two weeks ago (embedded metric format); deliveries take a day. */
const OLDEST = 13 * 86_400_000;

/** The time of the newest entry, or now if that is missing, in the future or too old. */
const metricTime = (newest: number, now: number): Date =>
  new Date(newest > now || newest < now - OLDEST ? now : newest);
