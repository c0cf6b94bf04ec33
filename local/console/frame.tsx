/** The frame of every page of a console. */
import type { Child } from 'hono/jsx';

/** A page that the navigation names. */
export interface Place {
  readonly href: string;
  readonly name: string;
}

export interface Frame {
  readonly title: string;
  /** The path of the page. */
  readonly here: string;
  /**
   * What the live stream calls the content: the page is renewed when it changes. Several have a comma between them; with
   * none, it never is.
   */
  readonly topic: string;
  readonly children: Child;
}

/** What all pages of one console share. */
export interface Surroundings {
  /** Beside the name of the product. */
  readonly about: string;
  readonly navigation: string;
  readonly places: readonly Place[];
  /** At the end of the bar. */
  readonly action?: Place;
  readonly foot: Child;
  /** The command that serves it. */
  readonly command: string;
}

export const Framed = ({ title, here, topic, children, ...surroundings }: Frame & Surroundings) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>{title} · Ground Control</title>
      <link rel="icon" href="/assets/icon.svg" />
      <link rel="stylesheet" href="/assets/console.css" />
      <script type="module" src="/assets/console.js" />
    </head>
    <body data-topic={topic} data-command={surroundings.command}>
      <a class="skip" href="#main">
        To the content
      </a>
      <header class="bar">
        <a class="brand" href="/">
          Ground Control
        </a>
        <span class="quiet">{surroundings.about}</span>
        {surroundings.action === undefined ? undefined : (
          <a
            class="action"
            href={surroundings.action.href}
            aria-current={here === surroundings.action.href ? 'page' : undefined}
          >
            {surroundings.action.name}
          </a>
        )}
      </header>
      <div class="columns">
        <nav aria-label={surroundings.navigation}>
          <ol class="stories">
            {surroundings.places.map(({ href, name }) => (
              <li>
                <a href={href} aria-current={here === href ? 'page' : undefined}>
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
        {surroundings.foot}
        <span id="zone">Times: UTC</span>
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
