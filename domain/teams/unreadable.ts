/** Counts what could not be read, and remembers where the first ones are. Content is never repeated. */
import { plainText } from '../../schemas/text/plain-text.ts';

/** This many are named. */
const NAMED = 5;

export class Unreadable {
  #total = 0;
  readonly #first: string[] = [];

  /** How many there are. */
  get total(): number {
    return this.#total;
  }

  /** `line` counts from 1; absent for a file as a whole. */
  add(file: string, line: number | undefined, why: string): void {
    this.#total++;
    if (this.#first.length >= NAMED) return;
    const name = file === '-' ? 'standard input' : plainText(file, 300);
    this.#first.push(`${name}${line === undefined ? '' : `:${line}`}: ${why}`);
  }

  /** A line for each of the first ones, and one that counts the others. */
  lines(): string[] {
    const more = this.#total - this.#first.length;
    return more === 0 ? this.#first : [...this.#first, `${more} more could not be read`];
  }
}
