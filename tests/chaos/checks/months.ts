/** Checks of months: what the table says about them, and which of their jobs were stopped. */
import type { Cloud } from '../cloud/cloud.ts';
import type { Life } from '../plan/life.ts';
import { type Calendar, type Month, wrongAtEnd, wrongStops } from '../truth/months.ts';
import type { Mode } from '../truth/reading.ts';
import { targetOf } from './actions.ts';
import type { Item } from './items.ts';
import { wrongLines, wrongMonths } from './lines.ts';

/** What a story knows about its months. */
export interface MonthFacts {
  readonly lives: readonly Life[];
  /** The beginning of the story, epoch milliseconds. */
  readonly begin: number;
  /** When SageMaker showed the end of a job that was stopped, epoch milliseconds; by ARN. */
  readonly ended: ReadonlyMap<string, number>;
  /** The monthly budgets, in USD, by project. */
  readonly monthly: Readonly<Record<string, number>>;
  readonly calendar: Calendar;
  /** The jobs that months counted at `knownFrom` (epoch milliseconds), when reconciliation had found all for the first time. */
  readonly known: ReadonlySet<string>;
  readonly knownFrom: number;
  /** No call fails in this story, and no event is lost. */
  readonly isCalm: boolean;
  /** Reconciliation repairs what is lost. */
  readonly isReconciled: boolean;
  /** The mode when the rest of months no longer lasts. */
  readonly modeAtRunway: Mode;
}

/**
 * Everything that is wrong about the months when all faults are repaired. `until`: the last time on the functions'
 * clocks. `isDue`: the jobs of this month must have been stopped by now, if they had to be.
 */
export function checkMonths(
  facts: MonthFacts,
  cloud: Cloud,
  all: readonly Item[],
  until: number,
  isDue: (month: Month) => boolean,
): string[] {
  const { lives, ended, calendar, knownFrom, isReconciled } = facts;
  return [
    ...wrongLines(all),
    ...(isReconciled ? wrongMonths(lives, all, ended, calendar) : []),
    ...monthsOf(facts, cloud, all).flatMap((month) => [
      ...wrongStops(month, knownFrom),
      ...(isReconciled && isDue(month) ? wrongAtEnd(month, until) : []),
    ]),
  ];
}

/** The months with their jobs. */
export function monthsOf(facts: MonthFacts, { actions }: Cloud, all: readonly Item[]): Month[] {
  const { lives, monthly, ended, known } = facts;
  const stops = new Map<string, number>();
  for (const { call, at } of actions) {
    // Calls for a job that is stopping are refused.
    if (call.operation.startsWith('Stop') && !stops.has(targetOf(call))) stops.set(targetOf(call), at);
  }
  return Object.entries(monthly).map(([project, usd]) => ({
    project,
    usd,
    jobs: lives
      .filter((life) => life.project === project)
      .map(({ name, arn, budget, work }) => ({
        name,
        isProtected: budget === 'shielded',
        from: work?.from ?? 0,
        stoppingAt: all.find(({ pk }) => pk === `budget#training-job|${arn}`)?.stoppingAt,
        stoppedAt: stops.get(name),
        endedAt: ended.get(arn) ?? work?.to,
        isKnown: known.has(name),
      })),
  }));
}
