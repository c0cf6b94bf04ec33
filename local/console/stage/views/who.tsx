/** Who hears what, by `ground-control.yml` as it is now: mistakes in the file show here while it is edited. */

import type { Grouped } from '../../../../schemas/configuration/delivery/groups.ts';
import { groupedIn } from '../../../../schemas/configuration/delivery/subscriber-section.ts';
import type { Configuration } from '../../../../schemas/configuration/file.ts';
import { FAMILY_NAMES, type Family, SEVERITIES } from '../../../../schemas/vocabulary.ts';
import type { Attempt } from '../../../stage/attempt.ts';
import { quietWords } from '../../../stage/quiet-words.ts';
import type { Stage } from '../../../stage/stage.ts';
import { Command } from '../../frame.tsx';
import { Mark } from '../../mark.tsx';
import { configOf, Empty, Rows, StagePage } from './layout.tsx';

export const WhoPage = ({
  stage,
  configuration,
}: {
  readonly stage: Stage;
  readonly configuration: Attempt<Configuration>;
}) => (
  <StagePage stage={stage} title="Who hears what" here="/who" topic="file">
    <p class="quiet">{stage.file} as it is on this machine. A deployment makes it true for the stage.</p>
    {'value' in configuration ? (
      <Matrix configuration={configuration.value} />
    ) : (
      <pre class="problem" tabindex={0}>
        {configuration.problem}
      </pre>
    )}
    <Command>{`npm run --silent who -- events/training-job/failed.json${configOf(stage)}`}</Command>
  </StagePage>
);

const Matrix = ({ configuration: { alerts, subscribers, timeZone } }: { readonly configuration: Configuration }) => (
  <>
    <h2>What becomes an alert</h2>
    <Rows label="Outcomes that become alerts" head={['Family', 'Outcomes']}>
      {FAMILY_NAMES.map((family) => (
        <tr>
          <th scope="row">{family}</th>
          <td>{alerts[family].join(', ') || <span class="quiet">none</span>}</td>
        </tr>
      ))}
    </Rows>
    <h2>Who gets it</h2>
    <p class="quiet">
      {SEVERITIES.map((severity, at) => (
        <>
          {at === 0 ? '' : ', '}
          <span class={severity}>
            <Mark severity={severity} />
          </span>{' '}
          {severity}
        </>
      ))}
      ; –: none
    </p>
    {subscribers.length === 0 ? (
      <Empty>Nobody: the file has no subscribers.</Empty>
    ) : (
      <Rows label="Subscribers and families" head={['Subscriber', 'When', 'Only', ...FAMILY_NAMES]}>
        {subscribers.map(groupedIn(timeZone)).map((subscriber) => (
          <tr>
            <th scope="row">{subscriber.address}</th>
            <td class="wide">{quietWords(subscriber)}</td>
            <td>{onlyOf(subscriber)}</td>
            {FAMILY_NAMES.map((family) => (
              <td>
                <Cell family={family} subscriber={subscriber} />
              </td>
            ))}
          </tr>
        ))}
      </Rows>
    )}
  </>
);

const Cell = ({ family, subscriber: { filters } }: { readonly family: Family; readonly subscriber: Grouped }) => {
  if (filters.family !== undefined && !filters.family.includes(family)) return <span class="quiet">–</span>;
  const severities = SEVERITIES.filter((one) => filters.severity === undefined || filters.severity.includes(one));
  if (severities.length === SEVERITIES.length) return <>all</>;
  return (
    <>
      {severities.map((severity) => (
        <span class={severity} title={severity}>
          <Mark severity={severity} />
        </span>
      ))}
    </>
  );
};

/** The other conditions. */
const onlyOf = ({ filters: { status, team, project } }: Grouped): string =>
  [
    ['status', status],
    ['team', team],
    ['project', project],
  ]
    .flatMap(([what, values]) => (Array.isArray(values) ? [`${what} ${values.join(' or ')}`] : []))
    .join('; ');
