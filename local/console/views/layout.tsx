/** The frame of every page of the console. */
import type { Child } from 'hono/jsx';
import { STORIES } from '../../stories/all.ts';

export interface Frame {
  readonly title: string;
  /** The path of the page in the list of pages. */
  readonly here: string;
  /** What the live stream calls the content: the page is renewed when it changes. */
  readonly topic: string;
  readonly children: Child;
}

export const Layout = ({ title, here, topic, children }: Frame) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>{title} · Ground Control</title>
      <link rel="icon" href="/assets/icon.svg" />
      <link rel="stylesheet" href="/assets/console.css" />
      <script type="module" src="/assets/console.js" />
    </head>
    <body data-topic={topic}>
      <a class="skip" href="#main">
        To the content
      </a>
      <header class="bar">
        <a class="brand" href="/">
          Ground Control
        </a>
        <span class="quiet">on this machine: nothing leaves it</span>
        <a class="action" href="/try" aria-current={here === '/try' ? 'page' : undefined}>
          Try an event
        </a>
      </header>
      <div class="columns">
        <nav aria-label="Stories">
          <ol class="stories">
            {STORIES.map(({ id, title: name }) => (
              <li>
                <a href={`/stories/${id}`} aria-current={here === `/stories/${id}` ? 'page' : undefined}>
                  {name}
                </a>
              </li>
            ))}
          </ol>
        </nav>
        <main id="main" tabindex={-1}>
          {children}
        </main>
      </div>
      <footer class="bar quiet">
        <span>
          Keys: <kbd>j</kbd> <kbd>k</kbd> next and previous step, <kbd>1</kbd> to <kbd>6</kbd> forms of the message
        </span>
        <span id="status" role="status" />
      </footer>
    </body>
  </html>
);

/** A command that does the same in a terminal. */
export const Command = ({ children }: { readonly children: string }) => (
  <p class="command">
    <code>{children}</code>{' '}
    <button type="button" data-copy={children} hidden>
      Copy
    </button>
  </p>
);

/** A time: UTC for those without scripts, in the reader's zone otherwise. */
export const Time = ({ at }: { readonly at: Date }) => {
  const utc = `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  return (
    <time datetime={at.toISOString()} title={utc}>
      {utc}
    </time>
  );
};

/** A page that says what is missing, and where to go. */
export const Missing = ({ what }: { readonly what: string }) => (
  <Layout title="Not here" here="" topic="">
    <div class="lone">
      <h1>Not here</h1>
      <p>{what}</p>
      <p>
        <a href="/">To the first story</a>
      </p>
    </div>
  </Layout>
);
