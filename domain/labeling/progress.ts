/**
 * Counts the objects of an output manifest. Each line is one object.
 *
 * An object has a label when its line has the label attribute, whatever the value: `0` and `[]` are labels. The line of
 * a failed object has only the metadata of the attribute, with a `failure-reason`. An untouched object has neither.
 * Source: developer guide, "Output data"; the failure reason from AWS samples that put such objects back in the queue.
 */

/** Counts of a manifest's lines. */
export interface Progress {
  readonly labeled: number;
  /** Labeled objects whose label is from this job; the others had labels in the input. */
  readonly labeledByThisJob: number;
  /** Objects without a label and without a failure reason: no worker got to them. */
  readonly untouched: number;
  /** Failed, expired or declined by workers. */
  readonly failed: number;
  /** How often each failure reason occurs, the most frequent first. Only the first 100 different reasons are kept. */
  readonly reasons: ReadonlyMap<string, number>;
  /** Lines that cannot be read. They are skipped. */
  readonly broken: number;
}

const MOST_REASONS = 100;
const LONGEST_REASON = 200;

/** Counts the lines of one manifest. Memory does not grow with their number. */
export class ProgressCounter {
  readonly #attribute: string;
  readonly #metadata: string;
  readonly #jobName: string;
  readonly #reasons = new Map<string, number>();
  #labeled = 0;
  #labeledByThisJob = 0;
  #untouched = 0;
  #failed = 0;
  #broken = 0;

  constructor(attribute: string, jobName: string) {
    this.#attribute = attribute;
    this.#metadata = `${attribute}-metadata`;
    this.#jobName = `labeling-job/${jobName.toLowerCase()}`;
  }

  /** Counts one line, without its line break. */
  line(text: string): void {
    if (text.trim() === '') return;
    const object = parse(text);
    if (object === undefined) {
      this.#broken++;
      return;
    }
    const metadata = Object.hasOwn(object, this.#metadata) ? recordOf(object[this.#metadata]) : undefined;
    if (Object.hasOwn(object, this.#attribute)) {
      this.#labeled++;
      const by = metadata?.['job-name'];
      if (typeof by !== 'string' || by.toLowerCase() === this.#jobName) this.#labeledByThisJob++;
      return;
    }
    const reason = metadata?.['failure-reason'];
    if (reason === undefined) {
      this.#untouched++;
      return;
    }
    this.#failed++;
    const reasonText = typeof reason === 'string' ? beginningOf(reason) : 'no text';
    if (this.#reasons.has(reasonText) || this.#reasons.size < MOST_REASONS) {
      this.#reasons.set(reasonText, (this.#reasons.get(reasonText) ?? 0) + 1);
    }
  }

  /** The counts so far. */
  result(): Progress {
    return {
      labeled: this.#labeled,
      labeledByThisJob: this.#labeledByThisJob,
      untouched: this.#untouched,
      failed: this.#failed,
      broken: this.#broken,
      reasons: new Map([...this.#reasons].toSorted(([, one], [, other]) => other - one)),
    };
  }
}

/** Copies the beginning: a slice would keep the whole text in memory, which may be megabytes. */
const beginningOf = (text: string): string => [...text.slice(0, LONGEST_REASON)].join('');

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return recordOf(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}
