/** The record of a story: everything that happened to each life, in order. */

/** What happened. `wrong`: a check that failed. */
export type EntryKind = 'change' | 'event' | 'try' | 'fault' | 'death' | 'alert' | 'action' | 'wrong';

export interface Entry {
  readonly kind: EntryKind;
  /** Milliseconds since the beginning of the story, in real time. */
  readonly at: number;
  readonly text: string;
}

export class StoryRecord {
  readonly start: number;
  readonly #entries = new Map<string, Entry[]>();
  /** What concerns the whole story, such as a deployment. */
  readonly common: Entry[] = [];

  constructor(start: number) {
    this.start = start;
  }

  /** Adds an entry about the life called `name`. */
  add(name: string, kind: EntryKind, text: string): void {
    const entries = this.#entries.get(name) ?? [];
    entries.push({ kind, at: Date.now() - this.start, text });
    this.#entries.set(name, entries);
  }

  /** Adds an entry about the whole story. */
  note(text: string): void {
    this.common.push({ kind: 'change', at: Date.now() - this.start, text });
  }

  of(name: string): readonly Entry[] {
    return this.#entries.get(name) ?? [];
  }
}
