/** How Ground Control itself does. */
import type { DueSince } from '../../../../adapters/dynamodb/reconciliation-table.ts';
import { formatUsd } from '../../../../domain/cost/money.ts';
import { counted } from '../../../../schemas/text/count.ts';
import { formatDuration } from '../../../../schemas/text/duration.ts';
import type { Attempt } from '../../../stage/attempt.ts';
import type { Bill } from '../../../stage/bill.ts';
import type { Alarm } from '../../../stage/health.ts';
import { PRICE } from '../../../stage/list-prices.ts';
import { DAYS_OF_BILL } from '../../../stage/own-cost.ts';
import type { Stage } from '../../../stage/stage.ts';
import { Time } from '../../frame.tsx';
import { Empty, Rows, StagePage, shown } from './layout.tsx';

interface HealthPage {
  readonly stage: Stage;
  readonly alarms: Attempt<readonly Alarm[]>;
  /** Up to when reconciliation has compared SageMaker with the table; undefined before its first run. */
  readonly comparedTo: Attempt<Date | undefined>;
  /** What reconciliation is to look at. */
  readonly due: Attempt<DueSince>;
  /** What the stage itself costs. */
  readonly cost: Attempt<Bill>;
  readonly now: Date;
}

const STATES = { ALARM: '▲ fires', INSUFFICIENT_DATA: '? no data yet', OK: '● quiet' } as const;
const COLOURS = { ALARM: 'error', INSUFFICIENT_DATA: 'quiet', OK: 'info' } as const;

export const HealthPage = ({ stage, alarms, comparedTo, due, cost, now }: HealthPage) => (
  <StagePage stage={stage} title="Health" here="/health" topic="time">
    <h2>Reconciliation</h2>
    {shown(comparedTo, (at) =>
      at === undefined ? (
        <Empty>It has not run yet.</Empty>
      ) : (
        <p>
          SageMaker and the table were compared up to <Time at={at} />,{' '}
          {formatDuration((now.getTime() - at.getTime()) / 1000)} ago.
        </p>
      ),
    )}
    {shown(due, ({ count, since }) => (
      <p>
        {count === 0
          ? 'No resource is due for a check.'
          : `${counted(count, 'resource')} ${count === 1 ? 'is' : 'are'} due for a check, the first for ${formatDuration((now.getTime() - (since ?? now.getTime())) / 1000)}.`}
      </p>
    ))}
    <h2>Alarms</h2>
    {shown(alarms, (all) =>
      all.length === 0 ? (
        <Empty>
          There is no alarm whose name begins with ground-control-{stage.name}-. Is the stage deployed here?
        </Empty>
      ) : (
        <Rows label="Alarms" head={['Alarm', 'State', 'Since', 'What it means, and the first step']}>
          {all.map(({ name, state, since, about }) => (
            <tr>
              <th scope="row">{name}</th>
              <td class={COLOURS[state]}>{STATES[state]}</td>
              <td>{since === undefined ? '' : <Time at={since} />}</td>
              <td class="wide">{about}</td>
            </tr>
          ))}
        </Rows>
      ),
    )}
    <h2>What Ground Control costs</h2>
    {shown(cost, ({ lines, usd }) => (
      <>
        <p>
          About <strong>{dollars(usd)}</strong> a month, by what AWS counted in the last {DAYS_OF_BILL} days.
        </p>
        <Rows label="What Ground Control costs" head={['Service', 'Counted', 'USD a month']} numbers={['USD a month']}>
          {lines.map(({ service, amount, usd: each }) => (
            <tr>
              <th scope="row">{service}</th>
              <td>{amount}</td>
              <td class="number">{dollars(each)}</td>
            </tr>
          ))}
        </Rows>
        <p class="quiet">
          At the list prices of {PRICE.region} of {PRICE.asOf}, without free tiers. Alarms, metrics, keys and secrets
          count for a whole month. Each delivery of an alert counts as a mail, each message of a queue as a request.
          Cold starts, SMS, archived events, schedules, relayed events and a fourth dashboard of the account are not in
          it. Your bill has the last word.
        </p>
      </>
    ))}
  </StagePage>
);

const dollars = (usd: number) => (usd < 0.005 ? 'under $0.01' : formatUsd(Math.round(usd * 1e6)));
