/** Reads outputs of A2I and manifests, and adds up what they say. */
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { eachLine } from '../../adapters/s3/each-line.ts';
import { type Comparison, NOT_COMPARABLE } from '../../domain/review/comparison.ts';
import { compareLine } from '../../domain/review/ground-truth/compare-line.ts';
import { FAULTS, LARGEST_OUTPUT, readOutput } from '../../domain/review/read-output.ts';
import { type FlowTally, ReviewTally } from '../../domain/review/tally.ts';
import type { ReviewPolicy } from '../../schemas/configuration/review.ts';
import { parseBounded } from '../../schemas/review/bounded-json.ts';
import { agree, counted } from '../../schemas/text/count.ts';
import type { Scope } from './arguments.ts';
import { Copies, objectOf } from './copies.ts';
import { type FoundFile, shownPath, whyUnreadable } from './find-files.ts';

/** What was read. */
export interface Collected {
  readonly flows: readonly FlowTally[];
  /** Comparisons in the period and of the flow, comparable or not. */
  readonly objects: number;
  /** Comparisons that the options leave out, and those of them that have no date. */
  readonly leftOut: number;
  readonly undated: number;
  /** Loops and lines of manifests that were read before, from another file. */
  readonly copies: number;
  /** Files and lines that cannot be read. */
  readonly unreadable: number;
  /** All flows that were found, also those that are left out. */
  readonly names: ReadonlySet<string>;
}

/** Reads `files` one after the other. `warn` gets a line for what cannot be read or compared; never its content. */
export async function collect(
  files: readonly FoundFile[],
  policy: ReviewPolicy,
  scope: Scope,
  warn: (line: string) => void,
): Promise<Collected> {
  const collector = new Collector(policy, scope, warn);
  for (const { path, holds } of files) {
    collector.nextFile();
    try {
      if (holds === 'output') collector.output(path);
      else await collector.manifest(path);
    } catch (error) {
      collector.unreadable(path, whyUnreadable(error));
    }
  }
  return collector.result();
}

/** Broken lines of one manifest, and outputs that cannot be compared for the same reason, that are named. */
const MOST_NAMED = 5;

class Collector {
  readonly #tally = new ReviewTally();
  readonly #seen = new Copies();
  readonly #names = new Set<string>();
  /** How many outputs cannot be compared, by why. */
  readonly #named = new Map<string, number>();
  readonly #policy: ReviewPolicy;
  readonly #scope: Scope;
  readonly #warn: (line: string) => void;
  #objects = 0;
  #leftOut = 0;
  #undated = 0;
  #copies = 0;
  #unreadable = 0;

  constructor(policy: ReviewPolicy, scope: Scope, warn: (line: string) => void) {
    this.#policy = policy;
    this.#scope = scope;
    this.#warn = warn;
  }

  nextFile(): void {
    this.#seen.nextFile();
  }

  unreadable(path: string, why: string): void {
    this.#unreadable++;
    this.#warn(`${shownPath(path)}: ${why}`);
  }

  /** Reads one `output.json`. */
  output(path: string): void {
    const read = this.#read(path);
    if (typeof read === 'string') this.unreadable(path, read);
    else {
      const why = this.#add(read);
      if (why === undefined) return;
      const count = (this.#named.get(why) ?? 0) + 1;
      this.#named.set(why, count);
      if (count <= MOST_NAMED) this.#warn(`${shownPath(path)}: not comparable: ${why}`);
    }
  }

  /** What the file says, or why it cannot be read. */
  #read(path: string): Comparison | string {
    const { size } = statSync(path);
    const megabytes = (size / 1024 / 1024).toFixed(1);
    if (size > LARGEST_OUTPUT) return `has ${megabytes} MB; an output of A2I has at most 20 MB`;
    return readOutput(readFileSync(path), this.#policy);
  }

  /** Reads a manifest line by line. */
  async manifest(path: string): Promise<void> {
    const broken: string[] = [];
    const skipped = new Map<string, number>();
    let [number, unreadable] = [0, 0];
    const fail = (why: string): void => {
      unreadable++;
      if (broken.length < MOST_NAMED) broken.push(`${shownPath(path)}:${number}: ${why}`);
    };
    await eachLine(createReadStream(path), {
      line: (text) => {
        number++;
        if (text.trim() === '') return;
        const read = this.#readLine(text);
        if (typeof read === 'string') fail(read);
        else
          for (const comparison of read.comparisons) {
            const why = this.#add(comparison, read.object);
            if (why !== undefined) skipped.set(why, (skipped.get(why) ?? 0) + 1);
          }
      },
      tooLongLine: () => {
        number++;
        fail('is longer than 16 MB');
      },
    });
    this.#unreadable += unreadable;
    for (const line of broken) this.#warn(line);
    if (unreadable > broken.length)
      this.#warn(`${shownPath(path)}: ${counted(unreadable - broken.length, 'more line')} cannot be read`);
    for (const [why, count] of skipped)
      this.#warn(`${shownPath(path)}: ${counted(count, 'line')} ${agree(count, 'is', 'are')} not comparable: ${why}`);
  }

  #readLine(text: string): { comparisons: readonly Comparison[]; object: string | undefined } | string {
    const { value, fault } = parseBounded(text);
    if (fault !== undefined) return FAULTS[fault];
    const comparisons = compareLine(value, this.#policy);
    if (comparisons === undefined) return 'is no line of a manifest: it names no object and no label';
    return { comparisons, object: objectOf(value) };
  }

  /** Adds what is in the scope. `object` is what people reviewed. Returns why it cannot be compared. */
  #add(comparison: Comparison, object = comparison.loop): string | undefined {
    const { flow, arn, at, notComparable } = comparison;
    if (this.#names.size < MOST_NAMES) this.#names.add(flow);
    if (arn !== undefined && arn === this.#scope.flow) this.#names.add(arn);
    if (!this.#isInScope(comparison)) {
      this.#leftOut++;
      return undefined;
    }
    if (object !== undefined && this.#seen.isCopy([arn ?? flow, object, at])) {
      this.#copies++;
      return undefined;
    }
    this.#objects++;
    this.#tally.add(comparison);
    return notComparable === undefined ? undefined : NOT_COMPARABLE[notComparable];
  }

  #isInScope({ flow, arn, at }: Comparison): boolean {
    const { flow: wanted, from, until } = this.#scope;
    if (wanted !== undefined && wanted !== flow && wanted !== arn) return false;
    if (from === undefined && until === undefined) return true;
    if (at === undefined) this.#undated++;
    return at !== undefined && (from === undefined || at >= from) && (until === undefined || at < until);
  }

  result(): Collected {
    return {
      flows: this.#tally.flows(),
      objects: this.#objects,
      leftOut: this.#leftOut,
      undated: this.#undated,
      copies: this.#copies,
      unreadable: this.#unreadable,
      names: this.#names,
    };
  }
}

/** The most flows that are named when the one that the user asked for does not exist. */
const MOST_NAMES = 1000;
