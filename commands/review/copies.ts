/** Finds loops and lines of manifests that were read before, from another file. */
import { createHash } from 'node:crypto';

/** Remembers 16 characters for each object, and nothing of what they say. */
export class Copies {
  readonly #files = new Map<string, number>();
  #file = 0;

  /** What follows is read from another file. */
  nextFile(): void {
    this.#file++;
  }

  /**
   * Whether the object that `identity` names was read from an earlier file. One that occurs twice in a file is no copy:
   * input manifests may name an object twice, and people then review it twice.
   */
  isCopy(identity: readonly unknown[]): boolean {
    const key = createHash('sha256').update(JSON.stringify(identity)).digest('base64').slice(0, 16);
    const file = this.#files.get(key);
    if (file === undefined) this.#files.set(key, this.#file);
    return file !== undefined && file !== this.#file;
  }
}

/** The object of a manifest's line: where it lies, or its text; absent when the line names none. */
export function objectOf(line: unknown): string | undefined {
  if (typeof line !== 'object' || line === null) return undefined;
  for (const name of ['source-ref', 'source']) {
    const value: unknown = Object.getOwnPropertyDescriptor(line, name)?.value;
    if (typeof value === 'string') return `${name} ${value}`;
  }
  return undefined;
}
