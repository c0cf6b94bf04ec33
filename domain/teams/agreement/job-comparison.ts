/**
 * Compares what workers of one labeling job answered with the job's consolidated label, object by object.
 *
 * Only the number of an object's folder says which line of the manifest it belongs to, and only for a job with one
 * iteration. No document of AWS promises this. So a job is compared only if its data show that folders and lines belong
 * together; otherwise the figures could be those of mixed-up objects.
 */
import type { LabeledAnswer } from '../../../schemas/teams/worker-response.ts';
import { type Classes, classesOf, keyOf } from './labels.ts';

/** One answer: the worker, the time, and whether the answer equals the label. The label itself is not kept. */
export interface ComparedAnswer extends Pick<LabeledAnswer, 'sub' | 'workerId' | 'submittedAt'> {
  /** The number of the object: the line of the manifest, from 0. */
  readonly object: number;
  readonly isEqual: boolean;
}

/** The answers of a job, or why they cannot be compared. */
export type Comparison =
  | { readonly answers: readonly ComparedAnswer[]; readonly why?: undefined }
  | { readonly why: string };

/** Lines of a manifest, and answers. More would take too much memory. */
const MOST = 500_000;

/**
 * Workers who agree must have found the label, in 90 % of at least five objects. Those with the label that is found most
 * often do not count: mixed-up objects would often have it, too.
 */
const LEAST_CHECKED = 5;
const LEAST_SHARE = 0.9;

export class JobComparison {
  readonly #jobName: string;
  /** The key of the label of each line; absent when it has none that can be compared. */
  readonly #lines: (string | undefined)[] = [];
  readonly #labeled = new Set<number>();
  /** Every key once: lines share them. */
  readonly #keys = new Map<string, string>();
  readonly #answers: ComparedAnswer[] = [];
  /** Objects about which at least two workers agree, by the key of their label: how many, and how many have it. */
  readonly #agreed = new Map<string, { objects: number; equal: number }>();
  readonly #seen = new Set<number>();
  #beyond = 0;
  #why: string | undefined;

  constructor(jobName: string) {
    this.#jobName = jobName;
  }

  /** Adds the next line of the output manifest, parsed; `undefined` for one that cannot be read. */
  addLine(line: unknown): void {
    if (this.#lines.length >= MOST) this.refuse(`its manifest has more than ${MOST} lines`);
    if (this.#why !== undefined) return;
    const own = classesOf(line, this.#jobName);
    if (own?.isByMachine === true)
      this.refuse('automated labeling labeled some of its objects, so that it has several iterations');
    const key = own?.classes === undefined ? undefined : keyOf(own.classes);
    if (key !== undefined) this.#labeled.add(this.#lines.length);
    this.#lines.push(key === undefined ? undefined : this.#shared(key));
  }

  /** Adds all answers about the object in the folder `index`. Call it after the last line, once for each folder. */
  addObject(index: number, answers: readonly LabeledAnswer[]): void {
    this.#seen.add(index);
    if (index >= this.#lines.length) this.#beyond++;
    const label = this.#lines[index];
    if (label === undefined || this.#why !== undefined) return;
    const comparable = answers.flatMap(({ classes, ...answer }) =>
      classes !== undefined && isLike(classes, label) ? [{ answer, key: keyOf(classes) }] : [],
    );
    // The label of a single worker's answer is that answer.
    if (new Set(comparable.map(({ answer: { sub, workerId } }) => sub ?? workerId)).size < 2) return;
    if (this.#answers.length + comparable.length > MOST) this.refuse(`it has more than ${MOST} answers`);
    for (const { answer, key } of comparable) {
      const { sub, workerId, submittedAt } = answer;
      this.#answers.push({ sub, workerId, submittedAt, object: index, isEqual: key === label });
    }
    const [first] = comparable;
    if (first === undefined || comparable.some(({ key }) => key !== first.key)) return;
    const agreed = this.#agreed.get(first.key) ?? { objects: 0, equal: 0 };
    this.#agreed.set(this.#shared(first.key), agreed);
    agreed.objects++;
    if (first.key === label) agreed.equal++;
  }

  /** Says why the job cannot be compared. The first reason counts. */
  refuse(why: string): void {
    this.#why ??= why;
  }

  /** The result, after everything was added. */
  result(): Comparison {
    const why = this.#why ?? this.#whyNot();
    return why === undefined ? { answers: this.#answers } : { why };
  }

  #whyNot(): string | undefined {
    if (this.#labeled.size === 0) return 'its manifest has no labels of a classification by this job';
    if (this.#beyond > 0) return 'it has answers about objects that are not in its manifest';
    if ([...this.#labeled].some((line) => !this.#seen.has(line)))
      return 'its manifest has labels of objects without answers, so that answers are missing or of several iterations';
    if (this.#answers.length === 0) return 'no object has answers of two workers that can be compared';
    const [, ...rarer] = [...this.#agreed.values()].toSorted((one, other) => other.objects - one.objects);
    const objects = rarer.reduce((sum, one) => sum + one.objects, 0);
    const equal = rarer.reduce((sum, one) => sum + one.equal, 0);
    if (objects < LEAST_CHECKED)
      return 'too few of its objects show that answers and lines of the manifest belong together';
    return equal < LEAST_SHARE * objects
      ? 'its answers and the lines of its manifest do not belong together'
      : undefined;
  }

  #shared(key: string): string {
    const known = this.#keys.get(key);
    if (known !== undefined) return known;
    this.#keys.set(key, key);
    return key;
  }
}

/** Whether both are labels, or both are sets of labels. */
const isLike = ({ kind }: Classes, key: string): boolean => key.startsWith(`["${kind}"`);
