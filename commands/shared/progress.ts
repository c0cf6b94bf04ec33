/** One line on standard error that says how far the command is. Only on a terminal. */
import { formatDuration } from '../../schemas/text/duration.ts';

export interface Progress {
  /** Replaces the line. */
  readonly show: (text: string) => void;
  /** Says that `done` of `all` jobs have been read, and about how long the others take. */
  readonly jobs: (done: number, all: number) => void;
  /** Deletes the line, before anything else is printed. */
  readonly clear: () => void;
}

/** Milliseconds between two versions of the line. */
const PAUSE = 200;

/** The progress of `command`. `now` returns epoch milliseconds. */
export function progressOn(
  stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write' | 'columns'>,
  command: string,
  now = Date.now,
): Progress {
  let shownAt = 0;
  let began: { readonly at: number; readonly done: number } | undefined;
  const show = (text: string): void => {
    if (stream.isTTY !== true || now() - shownAt < PAUSE) return;
    shownAt = now();
    // A longer line would wrap, and the next version could not replace it.
    stream.write(`\r\u001b[K${`${command}: ${text}`.slice(0, Math.max(20, (stream.columns ?? 80) - 1))}`);
  };
  return {
    show,
    jobs(done, all) {
      began ??= { at: now(), done };
      const seconds = ((now() - began.at) / 1000 / Math.max(1, done - began.done)) * (all - done);
      const left =
        done - began.done < 20 || done === all ? '' : `, about ${formatDuration(Math.ceil(seconds / 10) * 10)} left`;
      show(`${done} of ${all} jobs read${left}`);
    },
    clear() {
      if (stream.isTTY === true && shownAt > 0) stream.write('\r\u001b[K');
      shownAt = 0;
    },
  };
}
