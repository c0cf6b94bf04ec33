/** Everything that is checked when a story is over. */
import { nameIn } from '../cloud/about.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { keyOf, type Times } from '../cloud/live.ts';
import type { Life } from '../plan/life.ts';
import { type Calendar, type Month, monthReadings, wrongAtEnd, wrongStops } from '../truth/months.ts';
import type { Course } from '../truth/reading.ts';
import { readingsOf } from '../truth/readings.ts';
import { checkActions, targetOf } from './actions.ts';
import type { Item } from './items.ts';
import { checkLabeling } from './labeling.ts';
import { wrongLines, wrongMonths } from './months.ts';
import { checkTable } from './table.ts';
import { checkTold, subjectOf } from './told.ts';

/** What a story knows at its end. */
export interface Ending {
  readonly lives: readonly Life[];
  /** The beginning of the story, epoch milliseconds. */
  readonly begin: number;
  readonly times: Times;
  /** When SageMaker showed the end of a job that was stopped, epoch milliseconds; by ARN. */
  readonly ended: ReadonlyMap<string, number>;
  readonly isRedrivenLate: boolean;
  /** The last time on the functions' clocks, epoch milliseconds. */
  readonly until: number;
  /** The monthly budgets, in USD, by project. */
  readonly monthly: Readonly<Record<string, number>>;
  readonly calendar: Calendar;
  /** The jobs that months counted at `knownFrom`, when all faults had been repaired for the first time. */
  readonly known: ReadonlySet<string>;
  readonly knownFrom: number;
  /** No call fails in this story, and no event is lost. */
  readonly isCalm: boolean;
  /** Reconciliation repairs what is lost. */
  readonly isReconciled: boolean;
}

export async function checkEnd(ending: Ending, cloud: Cloud): Promise<string[]> {
  const { lives, begin, ended, calendar, knownFrom, isCalm, isReconciled, until } = ending;
  const { sageMaker } = cloud.aws;
  const told = cloud.told();
  const all = await cloud.table();
  const bySubject = Map.groupBy(told, subjectOf);
  const names = new Set(lives.map(({ name }) => name));
  const byLife = lives.flatMap((life) =>
    checkTold(
      life.name,
      bySubject.get(life.name) ?? [],
      readingsOf(life, courseOf(life, ending, sageMaker.stopped), begin),
    ),
  );
  const months = monthsOf(ending, cloud, all);
  const aboutMonths = months.flatMap((month) => [
    ...checkTold(month.project, bySubject.get(month.project) ?? [], monthReadings(month, begin, until, isCalm)),
    ...wrongStops(month, knownFrom),
    ...(isReconciled ? wrongAtEnd(month, until) : []),
  ]);
  for (const { project } of months) names.add(project);
  const others = [...bySubject].flatMap(([name, about]) => (names.has(name) ? [] : checkTold(name, about, [])));
  return [
    ...byLife,
    ...aboutMonths,
    ...(isReconciled ? wrongMonths(lives, all, ended, calendar) : []),
    ...others,
    ...cloud.lost().map((body) => `${nameIn(body)}: its event was given up, and rests in no queue`),
    ...checkActions(lives, cloud.actions, sageMaker.stopped),
    ...checkLabeling(lives, all, sageMaker, told),
    ...wrongLines(all),
    ...checkTable(lives, all, told),
  ];
}

/** The months with their jobs. */
function monthsOf({ lives, monthly, ended, known }: Ending, { actions }: Cloud, all: readonly Item[]): Month[] {
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

/** What happened to one life. `stopped`: the ARNs of the jobs that SageMaker agreed to stop. */
function courseOf(life: Life, ending: Ending, stopped: readonly string[]): Course {
  const { times, ended, isRedrivenLate, until } = ending;
  const numbers = life.changes.map((_, number) => number);
  const isInTime = (number: number) => {
    const [handled, next] = [times.handled.get(keyOf(life, number)), times.happened.get(keyOf(life, number + 1))];
    return handled !== undefined && next !== undefined && handled < next;
  };
  return {
    stops: stopped.filter((arn) => arn === life.arn).length,
    endedAt: ended.get(life.arn),
    inTime: new Set(numbers.filter(isInTime)),
    came: new Set(numbers.filter((number) => (life.changes[number]?.deliveries.length ?? 0) > 0)),
    isRedrivenLate,
    until,
  };
}
