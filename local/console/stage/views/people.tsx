/** Human review and labeling teams. */
import { interval, ownLines, percent, reasonWords } from '../../../../domain/review/line-words.ts';
import type { Attempt } from '../../../stage/attempt.ts';
import type { ReviewedFlow } from '../../../stage/people.ts';
import type { Stage } from '../../../stage/stage.ts';
import { Command } from '../../frame.tsx';
import { ByFile, configOf, Empty, Rows, StagePage, shown } from './layout.tsx';

interface PeoplePage {
  readonly stage: Stage;
  readonly flows: Attempt<readonly ReviewedFlow[]>;
  /** Undefined: the stage makes none. */
  readonly reports: Attempt<readonly string[] | undefined>;
  /** The first day of the loops. */
  readonly from: string;
}

export const PeoplePage = ({ stage, flows, reports, from }: PeoplePage) => {
  const place = `--stage ${stage.name} --region ${stage.region}`;
  return (
    <StagePage stage={stage} title="Reviews and teams" here="/people" topic="time">
      <ByFile stage={stage} />
      <h2>Do people agree with the model?</h2>
      {shown(flows, (all) =>
        all.length === 0 ? (
          <Empty>No workflow is compared: ground-control.yml sets no review.flows.&lt;name&gt;.output.</Empty>
        ) : (
          <Flows flows={all} from={from} />
        ),
      )}
      <Command>{`npm run --silent review -- ${place} --from ${from}${configOf(stage)}`}</Command>
      <h2>Reports on labeling teams</h2>
      {shown(reports, (names) =>
        names === undefined ? (
          <Empty>The stage makes no reports: it has no function teamReport, which comes with teams.report.</Empty>
        ) : names.length === 0 ? (
          <Empty>No report was made yet.</Empty>
        ) : (
          <ul>
            {names.map((name) => (
              <li>
                {name} <Command>{`npm run --silent workers -- ${place} --open ${name}`}</Command>
              </li>
            ))}
          </ul>
        ),
      )}
    </StagePage>
  );
};

const Flows = ({ flows, from }: { readonly flows: readonly ReviewedFlow[]; readonly from: string }) => (
  <>
    <p class="quiet">Loops since {from}. Only a random sample says how good the model is: the others are hard cases.</p>
    <Rows
      label="Agreement by workflow"
      head={['Workflow', 'Why the loops began', 'Answers', 'Agree with the model', '95 % interval', 'Level']}
      numbers={['Answers', 'Agree with the model', '95 % interval']}
    >
      {flows.flatMap(({ flow, level, lines }) =>
        lines.length === 0
          ? [
              <tr>
                <th scope="row">{flow}</th>
                <td colspan={5} class="quiet">
                  no loop was compared
                </td>
              </tr>,
            ]
          : ownLines(lines).map((line) => (
              <tr>
                <th scope="row">{flow}</th>
                <td>{reasonWords(line)}</td>
                <td class="number">{line.n}</td>
                <td class="number">{percent(line.agreement)}</td>
                <td class="number">{interval(line.low, line.high)}</td>
                <td>
                  {level === undefined ? (
                    ''
                  ) : line.isBelowLevel === true ? (
                    <strong class="error">▲ below {level} %</strong>
                  ) : (
                    `${level} %`
                  )}
                </td>
              </tr>
            )),
      )}
    </Rows>
  </>
);
