/** Search for resources by the beginning of their names, and the page of one. */

import type { Found } from '../../../../adapters/dynamodb/browse/resources.ts';
import { type Links, linksFor } from '../../../../domain/alert/links.ts';
import { nameOfType } from '../../../../domain/alert/wording.ts';
import { formatUsd } from '../../../../domain/cost/money.ts';
import { KNOWN_TYPES } from '../../../../domain/kinds.ts';
import type { AuditRecord } from '../../../../schemas/stored/audit-record.ts';
import type { Remembered } from '../../../../schemas/stored/resource.ts';
import { formatDuration } from '../../../../schemas/text/duration.ts';
import type { Attempt } from '../../../stage/attempt.ts';
import type { Link } from '../../../stage/chain.ts';
import type { Stage } from '../../../stage/stage.ts';
import type { WhyEnded } from '../../../stage/why-ended.ts';
import { Command, Time } from '../../frame.tsx';
import { Chain } from './chain.tsx';
import { Records } from './inbox.tsx';
import { Empty, Rows, resourceAddress, StagePage, shown } from './layout.tsx';

/** What people look for. */
export interface Wanted {
  readonly name: string;
  readonly type: string | undefined;
}

interface ResourcesPage {
  readonly stage: Stage;
  readonly wanted: Wanted;
  /** Undefined before people asked. */
  readonly result: Attempt<{ readonly found: readonly Found[]; readonly next: string | undefined }> | undefined;
}

export const ResourcesPage = ({ stage, wanted, result }: ResourcesPage) => (
  <StagePage stage={stage} title="Resources" here="/resources">
    <search>
      <form method="get" action="/resources" class="line filters">
        <label>
          Name begins with <input name="name" value={wanted.name} maxlength={256} />
        </label>
        <label>
          Type{' '}
          <select name="type">
            <option value="">all</option>
            {KNOWN_TYPES.map((type) => (
              <option value={type} selected={type === wanted.type}>
                {nameOfType(type)}
              </option>
            ))}
          </select>
        </label>
        <button type="submit">Search</button>
      </form>
    </search>
    {result === undefined ? (
      <Empty>
        Upper and lower case count, as in SageMaker. The table has what changed while it was watched, for as long as
        keepDays says.
      </Empty>
    ) : (
      shown(result, ({ found, next }) => (
        <>
          {found.length === 0 ? <Empty>Nothing begins with “{wanted.name}”.</Empty> : <List found={found} />}
          {next === undefined ? undefined : (
            <p>
              {wanted.type === undefined ? (
                <span class="quiet">There is more: choose a type to see all of it.</span>
              ) : (
                <a href={`/resources?${new URLSearchParams({ name: wanted.name, type: wanted.type, from: next })}`}>
                  More
                </a>
              )}
            </p>
          )}
        </>
      ))
    )}
  </StagePage>
);

const List = ({ found }: { readonly found: readonly Found[] }) => (
  <Rows label="Resources" head={['Name', 'Type', 'Status', 'In this state since', 'Team', 'Cost']} numbers={['Cost']}>
    {found.map(({ key, state }) =>
      state === undefined ? (
        <tr>
          <td colspan={6}>
            <a href={resourceAddress(key)}>{key}</a> cannot be read
          </td>
        </tr>
      ) : (
        <tr>
          <td class="wide">
            <a href={resourceAddress(key)}>{state.name}</a>
          </td>
          <td>{nameOfType(state.type)}</td>
          <td>{state.status ?? state.outcome}</td>
          <td>{state.since === 0 || state.since === undefined ? '' : <Time at={new Date(state.since)} />}</td>
          <td>{state.owner.team === 'unknown' ? '' : state.owner.team}</td>
          <td class="number">{state.cost === undefined ? '' : formatUsd(state.cost)}</td>
        </tr>
      ),
    )}
  </Rows>
);

interface ResourcePage {
  readonly stage: Stage;
  /** Its key. */
  readonly of: string;
  /** Undefined: the table does not have it. */
  readonly found: Attempt<Found | undefined>;
  readonly records: Attempt<readonly AuditRecord[]>;
  /** Why it failed, if it did and SageMaker says so. */
  readonly why: Attempt<WhyEnded | undefined> | undefined;
  /** Only of labeling jobs. */
  readonly chain: Attempt<readonly Link[]> | undefined;
}

export const ResourcePage = ({ stage, of: given, found, records, chain, why }: ResourcePage) => {
  const state = 'value' in found ? found.value?.state : undefined;
  const arn = state?.arn ?? arnIn(given);
  const isAsked = chain !== undefined || (why !== undefined && ('problem' in why || why.value !== undefined));
  return (
    // What asks SageMaker is not renewed by itself.
    <StagePage stage={stage} title={state?.name ?? given} here="/resources" topic={isAsked ? '' : 'time'}>
      {shown(found, (one) =>
        one === undefined ? (
          <Empty>The table does not know it: nothing of it has changed for a long time, or it never came.</Empty>
        ) : one.state === undefined ? (
          <p class="problem">
            Its item cannot be read. “Repair an unreadable table item” in docs/operate.md says more.
          </p>
        ) : (
          <Facts state={one.state} arn={arn} region={stage.region} />
        ),
      )}
      {why === undefined
        ? undefined
        : shown(why, (failure) => (failure === undefined ? undefined : <Why {...failure} />))}
      {chain === undefined
        ? undefined
        : shown(chain, (links) => (links.length > 1 ? <Chain links={links} /> : undefined))}
      <h2>What Ground Control told and did about it</h2>
      {shown(records, (all) =>
        all.length === 0 ? <Empty>Nothing yet.</Empty> : <Records records={all} label="Records of this resource" />,
      )}
      {arn === undefined || !PLAIN_ARN.test(arn) ? undefined : (
        <Command>{`npm run --silent audit -- --stage ${stage.name} --region ${stage.region} --resource ${arn}`}</Command>
      )}
    </StagePage>
  );
};

const Why = ({ reason, cause }: WhyEnded) => (
  <>
    <h2>Why it failed</h2>
    {cause === undefined ? undefined : (
      <p>
        {cause.cause} {cause.nextStep}
      </p>
    )}
    <p class="quiet">SageMaker says: {reason}</p>
  </>
);

/** Nothing else may become part of a command that people copy. */
const PLAIN_ARN = /^arn:[\w:/.+=,@-]+$/;

/** The ARN in the key of a resource, in lower case. */
const arnIn = (key: string): string | undefined => key.split('|').find((part) => PLAIN_ARN.test(part));

const Facts = ({
  state,
  arn,
  region,
}: {
  readonly state: Remembered;
  readonly arn: string | undefined;
  readonly region: string;
}) => {
  const { type, name, status, secondaryStatus, outcome, owner, cost } = state;
  const at = (instant: number | undefined) =>
    instant === undefined || instant === 0 ? undefined : <Time at={new Date(instant)} />;
  const owned = Object.entries(owner).filter(([, value]) => value !== 'unknown');
  const ran =
    state.startedAt !== undefined && state.endedAt !== undefined
      ? formatDuration((state.endedAt - state.startedAt) / 1000)
      : undefined;
  const partition = arn?.split(':')[1] ?? 'aws';
  const links = linksFor({ partition, region, resource: { type, name, arn }, within: undefined, jobArn: undefined });
  const facts = [
    ['Type', nameOfType(type)],
    [
      'Status',
      [status, secondaryStatus === status ? undefined : secondaryStatus].filter(Boolean).join(', ') || outcome,
    ],
    ['In this state since', at(state.since)],
    ['Created', at(state.createdAt)],
    ['Started', at(state.startedAt)],
    ['Ended', at(state.endedAt)],
    ['Ran for', ran],
    ['Cost', cost === undefined ? undefined : formatUsd(cost)],
    ['Stopped by Ground Control for', state.stoppedFor],
    ...owned.map(([what, value]) => [`${what.charAt(0).toUpperCase()}${what.slice(1)}`, value] as const),
    ['ARN', arn],
    [
      'Still to tell',
      state.untold === undefined || state.untold.size === 0 ? undefined : [...state.untold.keys()].join(', '),
    ],
    ['Given up', state.givenUp === undefined ? undefined : [...state.givenUp].join(', ')],
  ] as const;
  return (
    <>
      <dl class="facts">
        {facts.map(([what, value]) =>
          value === undefined ? undefined : (
            <>
              <dt>{what}</dt>
              <dd>{value}</dd>
            </>
          ),
        )}
      </dl>
      <Pages links={links} />
    </>
  );
};

const Pages = ({ links: { console: page, logs } }: { readonly links: Links }) => (
  <p class="line">
    {page === undefined ? undefined : (
      <a href={page} rel="noreferrer">
        AWS console
      </a>
    )}
    {logs === undefined ? undefined : (
      <a href={logs} rel="noreferrer">
        Logs
      </a>
    )}
  </p>
);
