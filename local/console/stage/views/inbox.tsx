/** The inbox: what Ground Control told and did, the newest first. */
import type { AuditRecord } from '../../../../schemas/stored/audit-record.ts';
import { counted } from '../../../../schemas/text/count.ts';
import { plainText } from '../../../../schemas/text/plain-text.ts';
import { FAMILY_NAMES, SEVERITIES } from '../../../../schemas/vocabulary.ts';
import type { Attempt } from '../../../stage/attempt.ts';
import type { Filters, Inbox } from '../../../stage/inbox.ts';
import type { Stage } from '../../../stage/stage.ts';
import { Command, Time } from '../../frame.tsx';
import { Empty, Rows, resourceAddress, StagePage, shown, Told } from './layout.tsx';

/** What Ground Control did, in words. Other actions are called by their names. */
const ACTIONS: Readonly<Record<string, string>> = {
  notify: 'told people',
  'stop-job': 'stopped the job',
  'end-pool': 'ended the warm pool',
  'give-up': 'gave an alert up',
  'cap-changed': 'noted another cap',
  'month-corrected': 'corrected a month',
  'create-labeling-job': 'created a labeling job',
  relay: 'told other systems',
};

interface InboxPage {
  readonly stage: Stage;
  readonly inbox: Attempt<Inbox>;
  readonly filters: Filters;
}

export const InboxPage = ({ stage, inbox, filters }: InboxPage) => (
  <StagePage stage={stage} title="Inbox" here="/" topic="time">
    <FilterForm filters={filters} />
    {shown(inbox, ({ records, looked, unreadable, since, next }) => (
      <>
        {records.length === 0 ? (
          <Empty>
            {looked === 0 ? `Nothing since ${since}.` : `None of ${counted(looked, 'record')} since ${since} fits.`}
          </Empty>
        ) : (
          <Records records={records} label="What Ground Control told and did" />
        )}
        {unreadable === 0 ? undefined : (
          <p class="problem">{counted(unreadable, 'record')} cannot be read: another version wrote them.</p>
        )}
        {next === undefined ? undefined : (
          <p>
            <a href={`/?${new URLSearchParams({ ...given(filters), from: next })}`}>Further back</a>{' '}
            {records.length === 0 ? undefined : (
              <span class="quiet">
                looked at {counted(looked, 'record')}, back to {since}
              </span>
            )}
          </p>
        )}
        {records.slice(0, 1).map(({ at }) => (
          <Command>{`npm run --silent audit -- --stage ${stage.name} --region ${stage.region} --day ${at.slice(0, 10)}`}</Command>
        ))}
      </>
    ))}
  </StagePage>
);

/** The filters that are given, for an address. */
const given = (filters: Filters): Record<string, string> =>
  Object.fromEntries(Object.entries(filters).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

const FilterForm = ({ filters }: { readonly filters: Filters }) => (
  <search>
    <form method="get" action="/" class="line filters">
      <Choice name="severity" label="Severity" options={SEVERITIES} chosen={filters.severity} />
      <Choice name="family" label="Family" options={FAMILY_NAMES} chosen={filters.family} />
      <Choice name="action" label="Action" options={Object.keys(ACTIONS)} chosen={filters.action} />
      <Field name="team" label="Team" value={filters.team} />
      <Field name="owner" label="Owner" value={filters.owner} />
      <Field name="text" label="Contains" value={filters.text} />
      <button type="submit">Show</button>
      {Object.keys(given(filters)).length === 0 ? undefined : <a href="/">All</a>}
    </form>
  </search>
);

const Choice = ({
  name,
  label,
  options,
  chosen,
}: {
  readonly name: string;
  readonly label: string;
  readonly options: readonly string[];
  readonly chosen: string | undefined;
}) => (
  <label>
    {label}{' '}
    <select name={name}>
      <option value="">all</option>
      {options.map((option) => (
        <option value={option} selected={option === chosen?.toLowerCase()}>
          {option}
        </option>
      ))}
      {chosen === undefined || options.includes(chosen.toLowerCase()) ? undefined : (
        <option value={chosen} selected>
          {chosen} (there is no such {label.toLowerCase()})
        </option>
      )}
    </select>
  </label>
);

const Field = ({
  name,
  label,
  value,
}: {
  readonly name: string;
  readonly label: string;
  readonly value: string | undefined;
}) => (
  <label>
    {label} <input name={name} value={value ?? ''} maxlength={200} />
  </label>
);

export const Records = ({ records, label }: { readonly records: readonly AuditRecord[]; readonly label: string }) => (
  <Rows label={label} head={['When', 'What', 'Team, owner', 'What was done']}>
    {records.map((record) => (
      <tr>
        <td>
          <Time at={new Date(record.at)} />
        </td>
        <td class="wide">
          <Subject record={record} />
        </td>
        <td>{ownersOf(record)}</td>
        <td title={plainText(record.result, 300)}>
          {ACTIONS[record.action] ?? record.action}
          <span class="quiet">{becameOf(record)}</span>
        </td>
      </tr>
    ))}
  </Rows>
);

const Subject = ({ record: { about, resource, reason } }: { readonly record: AuditRecord }) => {
  const words = <Told severity={about?.severity}>{plainText(about?.subject ?? reason, 300)}</Told>;
  if (resource.startsWith('monthly-budget|')) return <a href="/budgets">{words}</a>;
  // A window of several alerts, or a month, is no resource.
  if (!resource.includes('|') || /^(window|month)\|/.test(resource)) return words;
  return (
    <>
      <a href={resourceAddress(resource)}>{words}</a>
      {about === undefined ? <span class="quiet"> {plainText(resource, 200)}</span> : undefined}
    </>
  );
};

/** What became of it, besides what was done: an alert may wait for some, and nobody may want it. */
function becameOf({ action, result }: AuditRecord): string {
  if (action !== 'notify') return `: ${plainText(result, 120)}`;
  const waits = result.match(/waits in /g)?.length ?? 0;
  if (waits === 0) return result.startsWith('message ') ? '' : `: ${plainText(result, 120)}`;
  return `, ${counted(waits, 'group')} of subscribers later`;
}

const ownersOf = ({ about }: AuditRecord): string =>
  [about?.team, about?.owner].filter((name) => name !== undefined && name !== 'unknown').join(', ');
