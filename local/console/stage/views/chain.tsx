/** A chain of labeling jobs, from the job that people created to the newest one. */
import { linkOf } from '../../../../domain/labeling/link.ts';
import type { Link } from '../../../stage/chain.ts';
import { Time } from '../../frame.tsx';
import { Rows } from './layout.tsx';

export const Chain = ({ links }: { readonly links: readonly Link[] }) => (
  <>
    <h2>Its chain</h2>
    <Rows
      label="Jobs of the chain"
      head={['Link', 'Job', 'Status', 'Created', 'Labeled', 'Left']}
      numbers={['Link', 'Labeled', 'Left']}
    >
      {links.map(({ name, job }) => (
        <tr>
          <td class="number">{job === undefined ? '' : linkOf(job)}</td>
          <td class="wide">
            <a href={`/resources?${new URLSearchParams({ type: 'labeling-job', name })}`}>{name}</a>
          </td>
          {job === undefined ? (
            <td colspan={4} class="quiet">
              SageMaker does not have it any more.
            </td>
          ) : (
            <>
              <td>{job.LabelingJobStatus}</td>
              <td>
                <Time at={job.CreationTime} />
              </td>
              <td class="number">{job.LabelCounters.TotalLabeled ?? 'not known'}</td>
              <td class="number">{job.LabelCounters.Unlabeled ?? 'not known'}</td>
            </>
          )}
        </tr>
      ))}
    </Rows>
  </>
);
