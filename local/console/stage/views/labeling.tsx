/** Running labeling jobs: how far they are, and whether they are done before they expire. */
import type { Attempt } from '../../../stage/attempt.ts';
import type { LabelingRow, RunningLabeling } from '../../../stage/labeling.ts';
import type { Stage } from '../../../stage/stage.ts';
import { Command, Time } from '../../frame.tsx';
import { AsOf, configOf, Empty, Rows, resourceAddress, StagePage, shown, shownInRow } from './layout.tsx';

interface LabelingPage {
  readonly stage: Stage;
  readonly rows: Attempt<{ readonly rows: readonly LabelingRow[]; readonly next: string | undefined }>;
  /** `labeling.mode` of the file; undefined when it has mistakes. */
  readonly mode: string | undefined;
  readonly now: Date;
}

export const LabelingPage = ({ stage, rows, mode, now }: LabelingPage) => (
  <StagePage stage={stage} title="Labeling" here="/labeling">
    <AsOf at={now} />
    {shown(rows, ({ rows: all, next }) => (
      <>
        {all.length === 0 ? (
          <Empty>No labeling job runs.</Empty>
        ) : (
          <Rows
            label="Running labeling jobs"
            head={['Job', 'Continues', 'Labeled', 'Left', 'Done at its pace', 'Expires']}
            numbers={['Labeled', 'Left']}
          >
            {all.map(({ key, name, job }) => (
              <tr>
                <td class="wide">
                  <a href={resourceAddress(key)}>{name}</a>
                </td>
                {shownInRow(job, 5, (now) => (
                  <Progress job={now} />
                ))}
              </tr>
            ))}
          </Rows>
        )}
        {next === undefined ? undefined : (
          <p>
            <a href={`/labeling?from=${next}`}>More</a>
          </p>
        )}
      </>
    ))}
    <p class="quiet">
      An expired job is continued by a new one if labeling.mode is enforce
      {mode === undefined ? '' : `; in ${stage.file} it is ${mode}`}. This command shows the request:
    </p>
    <Command>{`npm run --silent chain -- --job NAME --region ${stage.region}${configOf(stage)}`}</Command>
  </StagePage>
);

const Progress = ({ job }: { readonly job: RunningLabeling | undefined }) => {
  if (job === undefined)
    return (
      <td colspan={5} class="quiet">
        SageMaker does not have it any more.
      </td>
    );
  const { link, predecessor, labeled, left, expiresAt, doneAt } = job;
  const isLate = left !== 0 && (doneAt === undefined || doneAt > expiresAt);
  return (
    <>
      <td>
        {predecessor === undefined ? (
          ''
        ) : (
          <>
            <a href={`/resources?${new URLSearchParams({ type: 'labeling-job', name: predecessor })}`}>{predecessor}</a>{' '}
            <span class="quiet">as link {link}</span>
          </>
        )}
      </td>
      <td class="number">{labeled ?? 'not known'}</td>
      <td class="number">{left ?? 'not known'}</td>
      <td>
        {doneAt === undefined ? <span class="quiet">no pace yet</span> : <Time at={doneAt} />}
        {isLate && doneAt !== undefined ? <strong> after it expires</strong> : undefined}
      </td>
      <td>
        <Time at={expiresAt} />
      </td>
    </>
  );
};
