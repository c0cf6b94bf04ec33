/** Queues in which something waits for people, and what they can do about it. */
import type { Configuration } from '../../../../schemas/configuration/file.ts';
import type { Attempt } from '../../../stage/attempt.ts';
import type { Queue } from '../../../stage/queues.ts';
import type { Stage } from '../../../stage/stage.ts';
import { Command, Time } from '../../frame.tsx';
import type { Run } from '../runs.ts';
import { StagePage, shown } from './layout.tsx';

interface QueuesPage {
  readonly stage: Stage;
  /** It names the relays, which have queues too. */
  readonly configuration: Attempt<Configuration>;
  readonly queues: Attempt<readonly Queue[]>;
  readonly runOf: (queue: string) => Run | undefined;
  /** The secret of forms. */
  readonly form: string;
  /** The queue that people have asked to handle again, and have not confirmed yet. */
  readonly toConfirm: string | undefined;
}

export const QueuesPage = ({ stage, configuration, queues, runOf, form, toConfirm }: QueuesPage) => {
  const place = `--stage ${stage.name} --region ${stage.region}`;
  return (
    <StagePage stage={stage} title="Queues" here="/queues" topic="queues,time">
      {'value' in configuration ? undefined : (
        <p class="problem">
          Queues of relays are not shown, since ground-control.yml has mistakes: {configuration.problem}
        </p>
      )}
      {shown(queues, (all) =>
        all.map((queue) => (
          <section class="queue" aria-labelledby={queue.name}>
            <h2 id={queue.name}>{queue.name}</h2>
            {shown(queue.waiting, ({ visible, hidden }) => (
              <p>
                <strong>{visible === 0 ? 'Nothing waits.' : `About ${visible} wait:`}</strong>{' '}
                {visible === 0 ? `Events come here when ${queue.about}.` : `${queue.about}.`}
                {hidden === 0 ? '' : ` ${hidden} are being read now.`}
              </p>
            ))}
            <Actions
              place={place}
              queue={queue.name}
              form={form}
              run={runOf(queue.name)}
              isToConfirm={toConfirm === queue.name}
            />
          </section>
        )),
      )}
    </StagePage>
  );
};

const Actions = ({
  place,
  queue,
  form,
  run,
  isToConfirm,
}: {
  /** The options that name the stage. */
  readonly place: string;
  readonly queue: string;
  readonly form: string;
  readonly run: Run | undefined;
  readonly isToConfirm: boolean;
}) => {
  const isRunning = run !== undefined && run.status === undefined;
  return (
    <>
      <form method="post" action="/queues" class="line">
        <input type="hidden" name="form" value={form} />
        <input type="hidden" name="queue" value={queue} />
        <button type="submit" name="do" value="list" disabled={isRunning}>
          List the messages
        </button>
        {isToConfirm ? (
          <>
            <span>Handle all messages of “{queue}” again? People may get alerts.</span>
            <button type="submit" name="do" value="redrive" class="main" disabled={isRunning}>
              Yes, handle them again
            </button>
            <a href="/queues">No</a>
          </>
        ) : (
          <a class="action" href={`/queues?confirm=${queue}`}>
            Handle again
          </a>
        )}
      </form>
      {run === undefined ? (
        <Command>{`npm run redrive -- ${place} --queue ${queue} --dry-run`}</Command>
      ) : (
        <>
          <Command>{run.command}</Command>
          <pre tabindex={0}>{run.output === '' ? 'It begins.' : run.output}</pre>
          <p class={run.status === 0 || isRunning ? 'quiet' : 'problem'}>
            {isRunning
              ? 'It runs since'
              : run.status === 0
                ? 'It is done. It began at'
                : `It ended with exit code ${run.status}. It began at`}{' '}
            <Time at={run.beganAt} />.
          </p>
        </>
      )}
    </>
  );
};
