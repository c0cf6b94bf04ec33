/** Many training jobs that ended at once without an event, and reconciliation that tells of them, by a simulated clock. */
import { reconciliationTableIn } from '../../adapters/dynamodb/reconciliation-table.ts';
import { decide } from '../../domain/decide.ts';
import { schemas } from '../../functions/reconciliation.ts';
import { reconciliationHandler } from '../../handlers/reconciliation/handler.ts';
import type { LocalAws } from '../../local/embedded-aws/start.ts';
import { localContext } from '../../local/play/context.ts';
import type { SimulatedClock } from './simulated-clock.ts';

const ARN = 'arn:aws:sagemaker:eu-west-1:123456789012:training-job';
const MINUTE = 60_000;
/** A schedule fires at any time in its minute: here at its end. */
const LATE = 59_000;

export interface LostEnds {
  readonly ends: number;
  /** The function's timeout, and the time between two scheduled runs. */
  readonly timeoutSeconds: number;
  readonly everyMinutes: number;
  /** The story ends here, even if people were not told everything. */
  readonly mostMinutes: number;
}

/** One run: its begin and end, minutes after the ends got lost, and its result. */
export interface PlayedRun {
  readonly begin: number;
  readonly end: number;
  readonly result: Awaited<ReturnType<ReturnType<typeof reconciliationHandler>>>;
}

export interface Told {
  /** Minutes between the loss of the events and the last alert; absent when an alert is missing. */
  readonly minutes: number | undefined;
  /** Alerts, and ends that they are about. */
  readonly alerts: number;
  readonly ends: number;
  readonly runs: readonly PlayedRun[];
}

/** Plays regular runs and continuations until people have an alert about each end and the last run is over. */
export async function tellLostEnds(
  { ends, timeoutSeconds, everyMinutes, mostMinutes }: LostEnds,
  aws: LocalAws,
  clock: SimulatedClock,
): Promise<Told> {
  const begin = clock.now();
  const minutes = () => (clock.now() - begin) / MINUTE;
  for (let at = 0; at < ends; at++)
    aws.sageMaker.put({
      type: 'training-job',
      name: `job-${at}`,
      arn: `${ARN}/job-${at}`,
      status: 'Completed',
      secondaryStatus: 'Completed',
      createdAt: new Date(begin - 60 * MINUTE),
      modifiedAt: new Date(begin),
    });
  const cursor = { since: begin - 10 * MINUTE, started: begin, list: 0, pending: [] };
  await clock.during(reconciliationTableIn(process.env['STATE_TABLE'] ?? '').setCursor(cursor));
  const handler = reconciliationHandler(schemas, decide, clock);
  const runs: PlayedRun[] = [];
  const isTold = () => aws.publications.length >= ends;
  let told: number | undefined;
  const run = async () => {
    const deadline = clock.now() + timeoutSeconds * 1000;
    const context = { ...localContext('reconciliation'), getRemainingTimeInMillis: () => deadline - clock.now() };
    const start = minutes();
    const result = await handler({}, context);
    runs.push({ begin: start, end: minutes(), result });
  };
  const going: Promise<void>[] = [];
  const isOver = () => isTold() || minutes() > mostMinutes;
  const regular = async () => {
    for (; !isOver(); await clock.sleep(everyMinutes * MINUTE)) going.push(run());
  };
  const continuations = async () => {
    for (; !isOver(); await clock.sleep(1000))
      going.push(...aws.scheduler.take(new Date(clock.now() - LATE)).map(() => run()));
    if (isTold()) told = minutes();
  };
  await clock.during(
    Promise.all([regular(), continuations()]).then(async () => {
      await Promise.all(going);
    }),
  );
  const subjects = aws.publications.map(({ subject }) => subject);
  return { minutes: told, alerts: subjects.length, ends: new Set(subjects).size, runs };
}
