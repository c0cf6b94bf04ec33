/** Running jobs, with what they cost and their caps. */

import { nameOfType } from '../../../../domain/alert/wording.ts';
import { formatUsd, toMicroUsd } from '../../../../domain/cost/money.ts';
import type { Budgeted } from '../../../../schemas/configuration/budgets.ts';
import type { Attempt } from '../../../stage/attempt.ts';
import type { RunningJob, RunningJobs } from '../../../stage/running.ts';
import type { Stage } from '../../../stage/stage.ts';
import { isOverCap, type Standing } from '../../../stage/standings.ts';
import { Command, Time } from '../../frame.tsx';
import { AsOf, ByFile, configOf, Empty, Rows, resourceAddress, StagePage, shown, shownInRow } from './layout.tsx';

/** Running jobs of one type. */
export interface RunningType {
  readonly type: Budgeted;
  readonly jobs: Attempt<RunningJobs>;
}

const dollars = (usd: number) => formatUsd(toMicroUsd(usd));

interface RunningPage {
  readonly stage: Stage;
  readonly types: readonly RunningType[];
  readonly now: Date;
}

export const RunningPage = ({ stage, types, now }: RunningPage) => (
  <StagePage stage={stage} title="Running jobs" here="/running">
    <AsOf at={now} />
    <ByFile stage={stage} />
    {types.map(({ type, jobs }) => (
      <>
        <h2>{nameOfType(type)}s</h2>
        {shown(jobs, ({ jobs: all, next }) => (
          <>
            {all.length === 0 ? <Empty>None runs.</Empty> : <Jobs type={type} jobs={all} />}
            {next === undefined ? undefined : (
              <p>
                <a href={`/running?type=${type}&from=${next}`}>More</a>
              </p>
            )}
          </>
        ))}
      </>
    ))}
    <Command>{`npm run --silent cost -- --stage ${stage.name} --region ${stage.region}${configOf(stage)}`}</Command>
  </StagePage>
);

const Jobs = ({ type, jobs }: { readonly type: string; readonly jobs: readonly RunningJob[] }) => (
  <Rows
    label={`Running: ${type}`}
    head={['Job', 'Team', 'Started', 'Cost', 'Cap', 'Reaches its cap']}
    numbers={['Cost', 'Cap']}
  >
    {jobs.map(({ key, name, team, startedAt, standing }) => (
      <tr>
        <td class="wide">
          <a href={resourceAddress(key)}>{name}</a>
        </td>
        <td>{team === 'unknown' ? '' : team}</td>
        <td>{startedAt === undefined ? '' : <Time at={startedAt} />}</td>
        {shownInRow(standing, 3, (now) => (
          <Money standing={now} />
        ))}
      </tr>
    ))}
  </Rows>
);

const Money = ({ standing }: { readonly standing: Standing | undefined }) =>
  standing === undefined ? (
    <td colspan={3} class="quiet">
      SageMaker says that it does not run any more.
    </td>
  ) : (
    <>
      <td class="number">
        {standing.costUsd === null ? (
          <span class="quiet">not known: {standing.reason}</span>
        ) : (
          <span title={standing.formula ?? ''}>{dollars(standing.costUsd)}</span>
        )}
      </td>
      <td class="number">
        {standing.capUsd === null ? (
          <span class="quiet">none</span>
        ) : (
          <span title={`set by ${standing.capFrom}`}>{dollars(standing.capUsd)}</span>
        )}
      </td>
      <td>
        {isOverCap(standing) ? (
          <strong class="error">▲ over its cap</strong>
        ) : standing.reachedAt === null ? (
          ''
        ) : (
          <Time at={new Date(standing.reachedAt)} />
        )}
      </td>
    </>
  );
