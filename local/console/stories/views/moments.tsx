/** Steps of a story or a trial: on the left what happened, on the right what people get of one step. */
import { plainText } from '../../../../schemas/text/plain-text.ts';
import { targetOf } from '../../../play/shown/target.ts';
import type { Moment } from '../../../stories/moment.ts';
import { Time } from '../../frame.tsx';
import { Mark } from '../../mark.tsx';
import type { Message } from '../message.ts';

/** The forms in which a message, and what led to it, can be looked at. */
export const FORMS = ['email', 'sms', 'chat', 'json', 'calls', 'event'] as const;
export type Form = (typeof FORMS)[number];

const NAMES: Readonly<Record<Form, string>> = {
  email: 'E-mail',
  sms: 'SMS',
  chat: 'Chat',
  json: 'JSON',
  calls: 'AWS calls',
  event: 'Event',
};

/** A step with its messages. */
export interface Step {
  readonly moment: Moment;
  readonly messages: readonly Message[];
}

/** Which step is looked at, and how. */
export interface Look {
  /** The path of the steps: `/stories/budget`. */
  readonly base: string;
  /** From 1. */
  readonly step: number;
  /** From 1. */
  readonly message: number;
  readonly form: Form;
}

/** The address of a step. */
export const addressOf = ({ base, step, message, form }: Look): string => {
  const query = [message === 1 ? [] : [`message=${message}`], form === 'email' ? [] : [`form=${form}`]].flat();
  return `${base}/${step}${query.length === 0 ? '' : `?${query.join('&')}`}`;
};

export const Timeline = ({ steps, look }: { readonly steps: readonly Step[]; readonly look: Look }) => (
  <ol class="timeline" aria-label="What happens">
    {steps.map(({ moment, messages }, at) => (
      <li>
        <a
          href={addressOf({ ...look, step: at + 1, message: 1, form: 'email' })}
          aria-current={at + 1 === look.step ? 'step' : undefined}
        >
          <Time at={moment.at} />
          <span class="what">{plainText(moment.what, 600)}</span>
          {messages.map(({ severity, subject }) => (
            <span class={`told ${severity}`}>
              <Mark severity={severity} /> {subject}
            </span>
          ))}
          {moment.nobody === undefined ? undefined : (
            <span class="nobody">Nobody is told: {plainText(moment.nobody, 600)}</span>
          )}
        </a>
      </li>
    ))}
  </ol>
);

export const Detail = ({ step, look }: { readonly step: Step; readonly look: Look }) => {
  const message = step.messages[look.message - 1];
  return (
    <section class="detail" aria-labelledby="detail">
      <h2 id="detail">{message?.subject ?? plainText(step.moment.what, 600)}</h2>
      {step.messages.length < 2 ? undefined : (
        <p class="which">
          Messages of this step:{' '}
          {step.messages.map(({ subject }, at) => (
            <a
              href={addressOf({ ...look, message: at + 1 })}
              aria-current={at + 1 === look.message ? 'true' : undefined}
              title={subject}
            >
              {at + 1}
            </a>
          ))}
        </p>
      )}
      <nav class="forms" aria-label="Forms">
        {FORMS.map((form) => (
          <a href={addressOf({ ...look, form })} aria-current={form === look.form ? 'true' : undefined}>
            {NAMES[form]}
          </a>
        ))}
      </nav>
      <Content step={step} message={message} look={look} />
    </section>
  );
};

const Content = ({
  step,
  message,
  look,
}: {
  readonly step: Step;
  readonly message: Message | undefined;
  readonly look: Look;
}) => {
  const { moment } = step;
  if (look.form === 'calls') return <Calls calls={moment.calls} />;
  if (look.form === 'event') return <Sent event={moment.event} look={look} />;
  if (message === undefined)
    return (
      <p class="empty">
        {moment.nobody === undefined
          ? 'Nobody gets a message in this step.'
          : `Nobody is told: ${plainText(moment.nobody, 600)}`}
      </p>
    );
  switch (look.form) {
    case 'email':
      return (
        <>
          <Receivers addresses={message.emails} />
          <iframe
            class="mail"
            title={`The e-mail: ${message.subject}`}
            sandbox=""
            src={`${look.base}/${look.step}/mail?message=${look.message}`}
          />
        </>
      );
    case 'sms':
      return (
        <>
          <Receivers addresses={message.phones} />
          <p class="sms">{message.sms}</p>
          <p class="quiet">
            {message.sms.length} characters, {message.smsParts === 1 ? '1 part' : `${message.smsParts} parts`}. SNS
            begins it with the name of the topic.
          </p>
        </>
      );
    case 'chat':
      return <Chat chat={message.chat} />;
    case 'json':
      return <Json value={message.json} label="The JSON that queues and functions get" />;
  }
};

const Receivers = ({ addresses }: { readonly addresses: readonly string[] }) =>
  addresses.length === 0 ? (
    <p class="quiet">Nobody gets this now: no subscriber in ground-control.yml wants it, or it waits.</p>
  ) : (
    <p>
      <span class="quiet">To</span> {addresses.join(', ')}
    </p>
  );

/** The parts of a chat message that are shown. */
interface ChatContent {
  readonly title: string;
  readonly description: string;
  readonly nextSteps: readonly string[];
}

const Chat = ({ chat }: { readonly chat: unknown }) => {
  if (chat === undefined)
    return <p class="empty">A message about several alerts has no form for chat: chat gets each alert at once.</p>;
  const content: ChatContent = Object(Object(chat).content);
  return (
    <>
      <p class="quiet">
        Chat is off unless ground-control.yml has chat: on. Its fields, before the chat application formats them:
      </p>
      <div class="chat">
        <p class="chat-title">{content.title}</p>
        <p class="chat-text">{content.description}</p>
        <ul>
          {content.nextSteps.map((step) => (
            <li>{step}</li>
          ))}
        </ul>
      </div>
    </>
  );
};

const Calls = ({ calls }: { readonly calls: Moment['calls'] }) =>
  calls.length === 0 ? (
    <p class="empty">No call of AWS was made in this step.</p>
  ) : (
    <ol class="calls">
      {calls.map(({ service, operation, input }) => (
        <li>
          <details>
            <summary>
              <code>
                {service}:{operation}
              </code>{' '}
              <span class="quiet">{plainText(targetOf(input), 200)}</span>
            </summary>
            <pre tabindex={0}>{JSON.stringify(input, null, 2)}</pre>
          </details>
        </li>
      ))}
    </ol>
  );

const Sent = ({ event, look }: { readonly event: unknown; readonly look: Look }) =>
  event === undefined ? (
    <p class="empty">No single event came in this step: a schedule fired, or several events came.</p>
  ) : (
    <>
      <p>
        <a class="action" href={`/try?like=${look.base}/${look.step}`}>
          Change it and send it
        </a>
      </p>
      <Json value={event} label="The event of SageMaker" />
    </>
  );

const Json = ({ value, label }: { readonly value: unknown; readonly label: string }) => (
  <section aria-label={label}>
    <pre tabindex={0}>{JSON.stringify(value, null, 2)}</pre>
  </section>
);
