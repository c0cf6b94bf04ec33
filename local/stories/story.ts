/** A story that people can watch: what happens, and what Ground Control does about it. */
import type { Configuration } from '../../schemas/configuration/file.ts';
import type { Moment } from './moment.ts';

export interface Story {
  /** Its name in `npm start -- <name>` and in addresses of the console. */
  readonly id: string;
  readonly title: string;
  /** What to look at, in one or two sentences. */
  readonly about: string;
  /** What the story sets although `ground-control.yml` has something else, in words. */
  readonly sets?: (configuration: Configuration) => readonly string[];
  /** Plays it, and calls `show` after each step. */
  readonly tell: (configuration: Configuration, show: (moment: Moment) => void) => Promise<void>;
}
