/**
 * Counts the objects of an output manifest. Each line is one object.
 *
 * An object has a label when its line has the label attribute, whatever the value: `0` and `[]` are labels. The line of
 * a failed object has only the metadata of the attribute, with a `failure-reason`. An untouched object has neither.
 * A line of the input names its object as `source-ref` or `source`. A line that has neither, nor a label or a failure,
 * cannot be read.
 * Sources: developer guide, "Output data"; API reference, LabelingJobS3DataSource; the failure reason from AWS samples
 * that put such objects back in the queue.
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
  /** How many of them have which fault. */
  readonly faults: Readonly<Record<LineFault, number>>;
  /** The numbers of the first of them, from 1. Their text may be private, so it is kept nowhere. */
  readonly firstBroken: readonly number[];
}

/** Why a line cannot be read. `no-object`: it is JSON, but names no object. `too-long`: nobody parsed it. */
export type LineFault = 'not-json' | 'no-object' | 'too-long';

const MOST_REASONS = 100;
const LONGEST_REASON = 200;
const MOST_NUMBERS = 5;

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
  #lines = 0;
  readonly #faults: Record<LineFault, number> = { 'not-json': 0, 'no-object': 0, 'too-long': 0 };
  readonly #firstBroken: number[] = [];

  constructor(attribute: string, jobName: string) {
    this.#attribute = attribute;
    this.#metadata = `${attribute}-metadata`;
    this.#jobName = `labeling-job/${jobName.toLowerCase()}`;
  }

  /** Counts one line, without its line break. */
  line(text: string): void {
    this.#lines++;
    if (text.trim() === '') return;
    const object = parse(text);
    if (typeof object === 'string') this.#skip(object);
    else this.#count(object);
  }

  /** Counts one line that is too long to keep in memory. */
  tooLongLine(): void {
    this.#lines++;
    this.#skip('too-long');
  }

  #skip(fault: LineFault): void {
    this.#faults[fault]++;
    if (this.#firstBroken.length < MOST_NUMBERS) this.#firstBroken.push(this.#lines);
  }

  #count(object: Readonly<Record<string, unknown>>): void {
    const metadata = Object.hasOwn(object, this.#metadata) ? recordOf(object[this.#metadata]) : undefined;
    if (Object.hasOwn(object, this.#attribute)) {
      this.#labeled++;
      const by = metadata?.['job-name'];
      if (typeof by !== 'string' || by.toLowerCase() === this.#jobName) this.#labeledByThisJob++;
      return;
    }
    const reason = metadata?.['failure-reason'];
    if (reason === undefined) {
      if (Object.hasOwn(object, 'source-ref') || Object.hasOwn(object, 'source')) this.#untouched++;
      else this.#skip('no-object');
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
      broken: Object.values(this.#faults).reduce((sum, count) => sum + count, 0),
      faults: { ...this.#faults },
      firstBroken: [...this.#firstBroken],
      reasons: new Map([...this.#reasons].toSorted(([, one], [, other]) => other - one)),
    };
  }
}

/** Copies the beginning: a slice would keep the whole text in memory, which may be megabytes. */
const beginningOf = (text: string): string => [...text.slice(0, LONGEST_REASON)].join('');

function parse(text: string): Readonly<Record<string, unknown>> | LineFault {
  try {
    return recordOf(JSON.parse(text)) ?? 'no-object';
  } catch (error) {
    if (error instanceof SyntaxError) return 'not-json';
    throw error;
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}
