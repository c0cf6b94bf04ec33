/** Custom tasks: a value of the input and a value of each answer, found by the pointers of the configuration. */
import type { FlowPolicy, Normaliser } from '../../../schemas/configuration/review.ts';
import { MOST_LABELS } from '../../../schemas/review/a2i-output.ts';
import { type Compared, type FieldComparison, type NotComparable, OTHER_LABELS, type Outcome } from '../comparison.ts';
import { mostSay, vote } from './majority.ts';
import { normalise } from './normalise.ts';
import { type Found, resolvePointer } from './pointer.ts';

/** APIs write `POSITIVE` where templates write `Positive`. */
const DEFAULT_NORMALISERS: readonly Normaliser[] = ['case', 'space'];

/** `answers` is the `answerContent` of each person. */
export function compareCustom(input: unknown, answers: readonly unknown[], policy: FlowPolicy | undefined): Compared {
  if (policy?.prediction === undefined || policy.answer === undefined) return { why: 'not-configured' };
  const { answer, normalise: normalisers = DEFAULT_NORMALISERS, fields: listed, set } = policy;
  const predicted = resolvePointer(input, policy.prediction);
  const given = answers.map((content) => resolvePointer(content, answer));
  return set
    ? compareSets(predicted, given, { field: answer, listed, normalisers })
    : compareValues(predicted, given, { field: answer, listed, normalisers });
}

interface Options {
  /** The name of the value as a whole. It is the configuration's own, so it may be shown. */
  readonly field: string;
  /** Labels that may be shown. */
  readonly listed: readonly string[];
  readonly normalisers: readonly Normaliser[];
}

/** A value in one word that is equal for equal values, or why it has none. */
type Key = { readonly key: string; readonly why?: undefined } | { readonly key?: undefined; readonly why: Fault };
type Fault = 'not-found' | 'not-a-value' | 'not-a-set';

/** The type of a value is part of its key: a number is never equal to a text. */
function keyOf(found: Found, normalisers: readonly Normaliser[]): Key {
  if (found === undefined) return { why: 'not-found' };
  const { value } = found;
  if (typeof value === 'string') return { key: `string ${normalise(value, normalisers)}` };
  if (typeof value === 'number' || typeof value === 'boolean') return { key: `${typeof value} ${value}` };
  return { why: 'not-a-value' };
}

const typeOf = (key: string): string => key.split(' ', 1).join();

function compareValues(predicted: Found, given: readonly Found[], { field, listed, normalisers }: Options): Compared {
  const model = keyOf(predicted, normalisers);
  if (model.key === undefined) return { why: `prediction-${model.why}` };
  const keys = given.map((found) => keyOf(found, normalisers));
  const comparable = keys.flatMap(({ key }) => (key !== undefined && typeOf(key) === typeOf(model.key) ? [key] : []));
  if (comparable.length === 0) return { why: keys.map(faultOf).find((why) => why !== undefined) ?? 'different-types' };
  const names = new Map(listed.map((label) => [`string ${normalise(label, normalisers)}`, label]));
  const known = names.size === 0 ? [model.key] : [...names.keys()];
  const { isOfModel, majority, agreeing, values } = vote(model.key, comparable, given.length, known);
  const whole: FieldComparison = {
    field,
    outcome: isOfModel === undefined ? 'undecided' : isOfModel ? 'agree' : 'disagree',
    answers: comparable.length,
    agreeing,
    values,
  };
  const nameOf = (key: string): string => names.get(key) ?? OTHER_LABELS;
  const part = (key: string, outcome: 'confirmed' | 'rejected' | 'added'): FieldComparison => ({
    field: nameOf(key),
    outcome,
    answers: comparable.length,
    agreeing: outcome === 'added' ? comparable.filter((one) => one !== key).length : agreeing,
    values: [],
    isPart: true,
  });
  if (names.size === 0 || isOfModel === undefined) return { fields: [whole] };
  if (isOfModel) return { fields: [whole, part(model.key, 'confirmed')] };
  const added = majority === undefined ? [] : [part(majority, 'added')];
  return { fields: [whole, part(model.key, 'rejected'), ...added] };
}

const faultOf = ({ why }: Key): NotComparable | undefined => (why === undefined ? undefined : `answer-${why}`);

/** The labels at a pointer, by their keys. A list of more than 1,000 is not one of labels. */
function labelsAt(found: Found, normalisers: readonly Normaliser[]): ReadonlySet<string> | Fault {
  if (found === undefined) return 'not-found';
  if (!Array.isArray(found.value) || found.value.length > MOST_LABELS) return 'not-a-set';
  const labels = new Set<string>();
  for (const label of found.value) {
    if (typeof label !== 'string') return 'not-a-set';
    labels.add(normalise(label, normalisers));
  }
  return labels;
}

/** `isThere`: what most people say; absent for a tie. */
function outcomeOf(isOfModel: boolean, isThere: boolean | undefined): Outcome {
  if (isThere === undefined) return 'undecided';
  if (isOfModel) return isThere ? 'confirmed' : 'rejected';
  return isThere ? 'added' : 'absent';
}

/** People see all labels of a task, so a label that an answer does not have was rejected. */
function compareSets(predicted: Found, given: readonly Found[], { listed, normalisers }: Options): Compared {
  const model = labelsAt(predicted, normalisers);
  if (typeof model === 'string') return { why: `prediction-${model}` };
  const read = given.map((found) => labelsAt(found, normalisers));
  const people = read.flatMap((labels) => (typeof labels === 'string' ? [] : [labels]));
  if (people.length === 0) {
    const [fault = 'not-found'] = read.filter((labels) => typeof labels === 'string');
    return { why: `answer-${fault}` };
  }
  const names = new Map(listed.map((label) => [normalise(label, normalisers), label]));
  const labels = new Set([...model, ...people.flatMap((one) => [...one])]);
  const fields = [...new Set([...labels, ...names.keys()])].map((label): FieldComparison => {
    const count = people.filter((one) => one.has(label)).length;
    const isThere = mostSay(count, people.length - count, given.length);
    const isOfModel = model.has(label);
    return {
      field: names.get(label) ?? OTHER_LABELS,
      outcome: outcomeOf(isOfModel, isThere),
      answers: people.length,
      agreeing: isOfModel ? count : people.length - count,
      values: people.map((one) => (one.has(label) ? 1 : 0)),
    };
  });
  return fields.length === 0 ? { why: 'nothing-to-compare' } : { fields };
}
