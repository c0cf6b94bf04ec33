/** The page on which people send events, as often and as badly as they like. */

import { Command, Time } from '../../frame.tsx';
import type { FaultName, Standing, Way } from '../trial/protocol.ts';
import { Layout } from './layout.tsx';
import { Detail, type Look, type Step, Timeline } from './moments.tsx';

interface TryPage {
  readonly samples: readonly string[];
  /** The path of the sample below `events/`; empty when the event is of another source. */
  readonly sample: string;
  /** The text of the event. */
  readonly text: string;
  readonly way: Way;
  readonly fault: FaultName;
  /** Why the text cannot be sent. */
  readonly mistake?: string | undefined;
  readonly steps: readonly Step[];
  readonly look: Look;
  readonly standing: Standing | undefined;
  readonly isBusy: boolean;
  readonly form: string;
}

const WAYS: Readonly<Record<Way, string>> = {
  once: 'once',
  twice: 'twice, with the same id',
  late: 'as an event that is an hour older',
};

const FAULTS: Readonly<Record<FaultName, string>> = {
  none: 'nothing',
  throttle: 'SNS is busy and refuses the first request',
  lost: 'SNS takes the message, and its answer is lost',
  dead: 'the function dies after SNS has the message',
  denied: 'SNS refuses every request',
};

export const TryPage = (page: TryPage) => {
  const { samples, sample, text, way, fault, mistake, steps, look, standing, isBusy, form } = page;
  const step = steps[look.step - 1];
  return (
    <Layout title="Try an event" here="/try" topic="try">
      <div class="about">
        <h1>Try an event</h1>
        <p>
          What you send goes through the production handlers, which remember what came before. The AWS they call runs
          inside this process.
        </p>
        <form method="get" action="/try" class="line">
          <label for="sample">Sample</label>
          <select id="sample" name="sample">
            {sample === '' ? (
              <option value="" selected disabled>
                none: an event of a story
              </option>
            ) : undefined}
            {samples.map((name) => (
              <option value={name} selected={name === sample}>
                {name}
              </option>
            ))}
          </select>
          <button type="submit">Show</button>
        </form>
        <form method="post" action="/try/send" class="send">
          <input type="hidden" name="form" value={form} />
          <input type="hidden" name="sample" value={sample} />
          <label for="event">The event</label>
          <textarea
            id="event"
            name="event"
            rows={14}
            spellcheck={false}
            aria-describedby={mistake === undefined ? undefined : 'mistake'}
          >
            {text}
          </textarea>
          {mistake === undefined ? undefined : (
            <p id="mistake" class="failure" role="alert">
              {mistake}
            </p>
          )}
          <div class="line">
            <Choice name="way" label="It comes" words={WAYS} chosen={way} />
            <Choice name="fault" label="Meanwhile" words={FAULTS} chosen={fault} />
            <button type="submit" class="main">
              Send
            </button>
          </div>
        </form>
        <Command>{`npm run --silent replay -- --history ${sample === '' ? 'event.json' : `events/${sample}`}`}</Command>
        <Clock standing={standing} isBusy={isBusy} form={form} />
        {steps.length === 0 ? <p class="empty">Nothing has been sent yet.</p> : <Timeline steps={steps} look={look} />}
      </div>
      {step === undefined ? undefined : <Detail step={step} look={look} />}
    </Layout>
  );
};

const Choice = <Name extends string>({
  name,
  label,
  words,
  chosen,
}: {
  readonly name: string;
  readonly label: string;
  readonly words: Readonly<Record<Name, string>>;
  readonly chosen: Name;
}) => (
  <span>
    <label for={name}>{label}</label>{' '}
    <select id={name} name={name}>
      {Object.entries<string>(words).map(([value, text]) => (
        <option value={value} selected={value === chosen}>
          {text}
        </option>
      ))}
    </select>
  </span>
);

const Clock = ({ standing, isBusy, form }: Pick<TryPage, 'standing' | 'isBusy' | 'form'>) => {
  if (standing === undefined) return isBusy ? <p class="quiet">It begins in a moment.</p> : undefined;
  const [next] = standing.schedules;
  return (
    <form method="post" action="/try/clock" class="line clock">
      <input type="hidden" name="form" value={form} />
      <span>
        The clock shows <Time at={standing.now} />.{' '}
        {next === undefined ? (
          'Nothing is scheduled.'
        ) : (
          <>
            {standing.schedules.length === 1
              ? 'One schedule fires'
              : `${standing.schedules.length} schedules fire, the next`}{' '}
            at <Time at={next} />.
          </>
        )}{' '}
        {isBusy ? 'It works.' : ''}
      </span>
      {next === undefined ? undefined : (
        <button type="submit" name="advance" value="next">
          To the next schedule
        </button>
      )}
      <button type="submit" name="advance" value="60">
        An hour later
      </button>
      <button type="submit" name="advance" value="1440">
        A day later
      </button>
      <button type="submit" name="advance" value="forget">
        Forget everything
      </button>
    </form>
  );
};
