/** Monthly budgets: what is spent, and where the month leads. */
import { endOf, nameOfMonth, startOf } from '../../../../domain/budget/month/calendar.ts';
import type { MonthStanding } from '../../../../domain/budget/month/month.ts';
import { formatPrice, formatUsd, secondsFor, wholePercent } from '../../../../domain/cost/money.ts';
import type { Configuration } from '../../../../schemas/configuration/file.ts';
import { agree, counted } from '../../../../schemas/text/count.ts';
import { formatDuration } from '../../../../schemas/text/duration.ts';
import type { Attempt } from '../../../stage/attempt.ts';
import type { Inbox } from '../../../stage/inbox.ts';
import { MOST_JOBS, nameOfLine, type Spent } from '../../../stage/spending.ts';
import type { Stage } from '../../../stage/stage.ts';
import { Command } from '../../frame.tsx';
import { Records } from './inbox.tsx';
import { ByFile, configOf, Empty, Rows, StagePage, shown } from './layout.tsx';

interface BudgetsPage {
  readonly stage: Stage;
  readonly configuration: Attempt<Configuration>;
  /** This month, and the ones before, of each budget. */
  readonly months: Attempt<readonly (readonly MonthStanding[])[]>;
  /** How the present months came to what is spent, by `nameOfLine`. A month with too many jobs is missing. */
  readonly spending: ReadonlyMap<string, readonly Spent[]>;
  /** What was stopped lately. */
  readonly stopped: Attempt<Inbox>;
  readonly now: Date;
}

export const BudgetsPage = ({ stage, configuration, months, spending, stopped, now }: BudgetsPage) => (
  <StagePage stage={stage} title="Budgets" here="/budgets" topic="time">
    {shown(configuration, ({ budgets, timeZone }) => (
      <>
        <ByFile stage={stage} />
        <p>
          {budgets.mode === 'enforce'
            ? 'budgets.mode is enforce: with it, Ground Control stops jobs for these budgets.'
            : 'budgets.mode is observe: with it, Ground Control only says which jobs it would stop.'}
        </p>
        {shown(months, ([current = [], ...earlier]) => (
          <>
            {current.length === 0 ? (
              <Empty>No monthly budget is set: budgets.monthly in ground-control.yml.</Empty>
            ) : (
              current.map((month) => (
                <Month month={month} way={spending.get(nameOfLine(month))} now={now} timeZone={timeZone} />
              ))
            )}
            {earlier.flat().some(({ spent }) => spent > 0) ? <Earlier months={earlier.flat()} /> : undefined}
          </>
        ))}
        <h2>Caps</h2>
        <Caps budgets={budgets} />
      </>
    ))}
    <h2>Stopped in the last 30 days</h2>
    {shown(stopped, ({ records, since }) =>
      records.length === 0 ? (
        <Empty>Ground Control has stopped nothing since {since}.</Empty>
      ) : (
        <Records records={records} label="Stopped jobs" />
      ),
    )}
    <Command>{`npm run --silent cost -- --stage ${stage.name} --region ${stage.region}${configOf(stage)}`}</Command>
  </StagePage>
);

/** How far the month is: 0 to 1. */
function elapsedOf(month: string, now: Date, timeZone: string): number {
  const [start, end] = [startOf(month, timeZone).getTime(), endOf(month, timeZone).getTime()];
  return Math.min(1, Math.max(0, (now.getTime() - start) / (end - start)));
}

/** Less of the month than this says nothing about the rest. */
const TOO_EARLY = 0.05;

const Month = ({
  month,
  way,
  now,
  timeZone,
}: {
  readonly month: MonthStanding;
  readonly way: readonly Spent[] | undefined;
  readonly now: Date;
  readonly timeZone: string;
}) => {
  const { tag, value, budget, spent, perHour, running, unpriced } = month;
  const elapsed = elapsedOf(month.month, now, timeZone);
  const forecast = elapsed < TOO_EARLY ? undefined : spent / elapsed;
  const lasts = spent >= budget ? undefined : secondsFor(budget - spent, perHour);
  return (
    <section class="month">
      <h2>
        {tag} {value}, {nameOfMonth(month.month)}
      </h2>
      <p>
        <strong>{formatUsd(spent)}</strong> of {formatUsd(budget)} is spent ({wholePercent(spent, budget)} %), and{' '}
        {Math.floor(100 * elapsed)} % of the month is over.{' '}
        {forecast === undefined
          ? 'It is too early in the month for a forecast.'
          : `At the pace of this month it ends at ${formatUsd(forecast)}.`}{' '}
        {running === 0
          ? 'No job runs.'
          : `${counted(running, 'job')} ${agree(running, 'costs', 'cost')} ${formatPrice(perHour)} an hour`}
        {running > 0 && lasts !== undefined ? `: the rest lasts ${formatDuration(lasts)}.` : running > 0 ? '.' : ''}
        {unpriced === 0 ? '' : ` The cost of ${counted(unpriced, 'job')} is not known.`}
      </p>
      <Chart
        way={(way ?? []).map(({ at, spent }) => ({ elapsed: elapsedOf(month.month, at, timeZone), spent }))}
        spent={spent}
        budget={budget}
        elapsed={elapsed}
        forecast={forecast}
      />
      {way === undefined ? (
        <p class="quiet">
          The line is straight: its way is known only when each job can be read, and there are at most {MOST_JOBS}.
        </p>
      ) : undefined}
    </section>
  );
};

const [WIDTH, HEIGHT] = [640, 180];

/** Spending over the month: the way to what is spent today, and on to the forecast; the budget as a level. */
const Chart = ({
  way,
  spent,
  budget,
  elapsed,
  forecast,
}: {
  readonly way: readonly { readonly elapsed: number; readonly spent: number }[];
  readonly spent: number;
  readonly budget: number;
  readonly elapsed: number;
  readonly forecast: number | undefined;
}) => {
  const top = 1.1 * Math.max(budget, spent, Math.min(forecast ?? 0, 3 * budget));
  const x = (share: number) => Math.round(share * WIDTH);
  const y = (amount: number) => Math.round(HEIGHT - (Math.min(amount, top) / top) * HEIGHT);
  return (
    <svg class="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label="Spent, pace and budget of the month">
      <line class="axis" x1="0" y1={HEIGHT} x2={WIDTH} y2={HEIGHT} />
      <line class="level" x1="0" y1={y(budget)} x2={WIDTH} y2={y(budget)} />
      <text x={WIDTH - 4} y={y(budget) - 5} text-anchor="end">
        budget {formatUsd(budget)}
      </text>
      {forecast === undefined ? undefined : (
        <line class="pace" x1={x(elapsed)} y1={y(spent)} x2={WIDTH} y2={y(forecast)} />
      )}
      <polyline
        class="spent"
        points={[{ elapsed: 0, spent: 0 }, ...way, { elapsed, spent }]
          .map((point) => `${x(point.elapsed)},${y(point.spent)}`)
          .join(' ')}
      />
      <circle class="spent" cx={x(elapsed)} cy={y(spent)} r="4" />
      <text
        x={Math.max(4, Math.min(WIDTH - 4, x(elapsed)))}
        y={Math.max(14, y(spent) - 8)}
        text-anchor={elapsed < 0.2 ? 'start' : 'end'}
      >
        today {formatUsd(spent)}
      </text>
    </svg>
  );
};

const Earlier = ({ months }: { readonly months: readonly MonthStanding[] }) => (
  <Rows
    label="Earlier months"
    head={['Budget', 'Month', 'Spent', 'Of today’s budget']}
    numbers={['Spent', 'Of today’s budget']}
  >
    {months.map(({ tag, value, month, spent, budget }) => (
      <tr>
        <td>
          {tag} {value}
        </td>
        <td>{nameOfMonth(month)}</td>
        <td class="number">{formatUsd(spent)}</td>
        <td class="number">{wholePercent(spent, budget)} %</td>
      </tr>
    ))}
  </Rows>
);

const Caps = ({ budgets }: { readonly budgets: Configuration['budgets'] }) => {
  const of = (whose: string, caps: Readonly<Partial<Record<string, number>>>) =>
    Object.entries(caps).map(([type, usd = 0]) => ({ whose, type, usd }));
  const all = [
    ...of('every job', budgets.caps),
    ...Object.entries(budgets.teams).flatMap(([team, caps]) => of(`team ${team}`, caps)),
    ...Object.entries(budgets.projects).flatMap(([project, caps]) => of(`project ${project}`, caps)),
  ];
  if (all.length === 0)
    return <Empty>No cap is set in ground-control.yml. The tag {budgets.tags.maxCost.join(' or ')} sets one.</Empty>;
  return (
    <Rows label="Caps" head={['Whose', 'Type', 'Cap']} numbers={['Cap']}>
      {all.map(({ whose, type, usd }) => (
        <tr>
          <td>{whose}</td>
          <td>{type}</td>
          <td class="number">{formatUsd(usd * 1_000_000)}</td>
        </tr>
      ))}
    </Rows>
  );
};
