/** The frame of the pages about a stage, and what several of them show. */
import type { Child } from 'hono/jsx';
import type { Severity } from '../../../../schemas/vocabulary.ts';
import type { Attempt } from '../../../stage/attempt.ts';
import type { Stage } from '../../../stage/stage.ts';
import { Framed, Time } from '../../frame.tsx';
import { Mark } from '../../mark.tsx';

const PLACES = [
  { href: '/', name: 'Inbox' },
  { href: '/running', name: 'Running jobs' },
  { href: '/budgets', name: 'Budgets' },
  { href: '/labeling', name: 'Labeling' },
  { href: '/people', name: 'Reviews and teams' },
  { href: '/resources', name: 'Resources' },
  { href: '/who', name: 'Who hears what' },
  { href: '/queues', name: 'Queues' },
  { href: '/health', name: 'Health' },
] as const;

export interface Page {
  readonly stage: Pick<Stage, 'name' | 'region'>;
  readonly title: string;
  readonly here: string;
  /** The page is renewed when this changes; without it, it is as it was when it was loaded. */
  readonly topic?: string;
  readonly children: Child;
}

export const StagePage = ({ stage, title, here, topic = '', children }: Page) => (
  <Framed
    about={`stage ${stage.name}, ${stage.region}`}
    navigation="Pages"
    places={PLACES}
    foot={<span>It reads with your own credentials. Only "Handle again" changes anything.</span>}
    command={`npm run console -- --stage ${stage.name}`}
    title={`${title}, ${stage.name}`}
    here={here}
    topic={topic}
  >
    <div class="page">
      <h1>{title}</h1>
      {children}
    </div>
  </Framed>
);

/** What was read, or why it was not. */
export function shown<T>(attempted: Attempt<T>, show: (value: T) => Child): Child {
  return 'value' in attempted ? show(attempted.value) : <p class="problem">{attempted.problem}</p>;
}

/** The same in a row of a table: why it was not read takes the place of `columns` cells. */
export const shownInRow = <T,>(attempted: Attempt<T>, columns: number, show: (value: T) => Child): Child =>
  'value' in attempted ? (
    show(attempted.value)
  ) : (
    <td colspan={columns} class="error wide">
      {attempted.problem}
    </td>
  );

/** What the file on this machine says is true for the stage once it is deployed. */
export const ByFile = ({ stage }: { readonly stage: Pick<Stage, 'file'> }) => (
  <p class="quiet">By {stage.file} as it is on this machine. The stage has what was last deployed.</p>
);

/** For a shell. */
const quoted = (word: string): string => (/^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** `--config` of commands that read the file, when it is not the usual one. */
export const configOf = ({ config }: Pick<Stage, 'config'>): string =>
  config === undefined ? '' : ` --config ${quoted(config)}`;

/** Pages that ask SageMaker about each job are not renewed by themselves: SageMaker limits how often it is asked. */
export const AsOf = ({ at }: { readonly at: Date }) => (
  <p class="quiet">
    As of <Time at={at} />. Reload the page for now.
  </p>
);

export const Empty = ({ children }: { readonly children: Child }) => <p class="empty">{children}</p>;

/** A severity, by its shape and colour, before `children`. */
export const Told = ({ severity, children }: { readonly severity: Severity | undefined; readonly children: Child }) =>
  severity === undefined ? (
    <span>{children}</span>
  ) : (
    <span class={`told ${severity}`}>
      <Mark severity={severity} /> {children}
    </span>
  );

/** The address of a resource's page. */
export const resourceAddress = (key: string): string => `/resource?key=${encodeURIComponent(key)}`;

/** A table that scrolls by itself on a narrow screen. */
export const Rows = ({
  label,
  head,
  numbers = [],
  children,
}: {
  readonly label: string;
  readonly head: readonly string[];
  /** Those of `head` above numbers. */
  readonly numbers?: readonly string[];
  readonly children: Child;
}) => (
  <section class="scroll" aria-label={label} tabindex={0}>
    <table>
      <thead>
        <tr>
          {head.map((name) => (
            <th scope="col" class={numbers.includes(name) ? 'number' : undefined}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </section>
);
