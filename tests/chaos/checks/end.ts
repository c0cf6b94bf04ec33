/** Everything that is checked when a story is over. */
import { nameIn } from '../cloud/about.ts';
import { ADDRESSES, type Cloud } from '../cloud/cloud.ts';
import { keyOf, type Times } from '../cloud/live.ts';
import type { Life } from '../plan/life.ts';
import { monthReadings } from '../truth/months.ts';
import type { Course } from '../truth/reading.ts';
import { readingsOf } from '../truth/readings.ts';
import { checkActions } from './actions.ts';
import { checkLabeling } from './labeling.ts';
import { checkMonths, type MonthFacts, monthsOf } from './months.ts';
import { checkRelays } from './relays.ts';
import { checkReviews } from './reviews.ts';
import { checkTable } from './table.ts';
import { checkTold, subjectOf } from './told.ts';
import { checkWindows } from './windows.ts';

/** What a story knows at its end. */
export interface Ending extends MonthFacts {
  readonly times: Times;
  readonly isRedrivenLate: boolean;
  /** The last time on the functions' clocks, epoch milliseconds. */
  readonly until: number;
}

export async function checkEnd(ending: Ending, cloud: Cloud): Promise<string[]> {
  const { lives, begin } = ending;
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
  const aboutMonths = months.flatMap((month) =>
    checkTold(month.project, bySubject.get(month.project) ?? [], monthReadings(month, ending)),
  );
  for (const { project } of months) names.add(project);
  const others = [...bySubject].flatMap(([name, about]) => (names.has(name) ? [] : checkTold(name, about, [])));
  return [
    ...byLife,
    ...aboutMonths,
    ...others,
    ...cloud.lost().map((body) => `${nameIn(body)}: its event was given up, and rests in no queue`),
    ...checkActions(lives, cloud.actions, sageMaker.stopped),
    ...checkLabeling(lives, all, sageMaker, told),
    ...checkMonths(ending, cloud, all, ending.until, () => true),
    ...checkReviews(lives, all),
    ...checkRelays(lives, cloud.aws.eventBridge.events, (life) => courseOf(life, ending, sageMaker.stopped), begin, {
      stopped: new Set(sageMaker.stopped),
      ended: new Set(ending.ended.keys()),
    }),
    ...checkTable(lives, all, told),
    ...checkWindows(ADDRESSES, cloud.aws.publications, cloud.sendings, all),
  ];
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
