/** Textract forms: fields that people keep, change or add. */
import type { Normaliser } from '../../../schemas/configuration/review.ts';
import type { Said } from '../../../schemas/review/a2i-output.ts';
import type { Block } from '../../../schemas/review/blocks.ts';
import { type Compared, type FieldComparison, OTHER_FIELDS } from '../comparison.ts';
import { type FormPair, formPairsOf } from './form-pairs.ts';
import { mostSay, vote } from './majority.ts';
import { normalise, sameName } from './normalise.ts';

/** A worker's edit of white space is no change. */
const DEFAULT_NORMALISERS: readonly Normaliser[] = ['space'];

export interface FormOptions {
  /** Names of fields that may be shown, by `sameName` of each spelling. */
  readonly shown: ReadonlyMap<string, string>;
  readonly normalisers: readonly Normaliser[] | undefined;
}

/** The blocks of the model: all, and those that people saw, because they met the flow's conditions. */
export interface ModelBlocks {
  readonly shown: readonly Block[];
  readonly all: readonly Block[];
}

/**
 * Compares the values of the fields that people saw. A field is found in an answer by the id of its block, or else by
 * its name, if the name is unique. A field that no answer holds is skipped, not counted as changed. An answer without
 * the field, or that cannot be read, agrees with nobody: more than half of all answers decide.
 */
export function compareForms(
  model: ModelBlocks,
  answers: readonly (Said | undefined)[],
  { shown, normalisers = DEFAULT_NORMALISERS }: FormOptions,
): Compared {
  const people = answers.flatMap((said) => (said?.blocks === undefined ? [] : [indexOf(said.blocks)]));
  if (people.length === 0) return { why: 'unreadable-answers' };
  const fieldOf = ({ key }: FormPair): string => shown.get(sameName(key)) ?? OTHER_FIELDS;
  const asked = formPairsOf(model.shown);
  const known = indexOf(model.all);
  const isUnique = uniqueNames(asked.pairs);
  const compared = asked.pairs.flatMap((pair): FieldComparison[] => {
    const given = people.flatMap((person) => {
      const found = findPair(person, pair, isUnique);
      return found === undefined ? [] : [normalise(found.value, normalisers)];
    });
    if (given.length === 0) return [];
    const predicted = normalise(pair.value, normalisers);
    const { isOfModel, agreeing, values } = vote(predicted, given, answers.length);
    return [
      {
        field: fieldOf(pair),
        outcome: isOfModel === undefined ? 'undecided' : isOfModel ? 'kept' : 'changed',
        confidence: pair.confidence,
        answers: given.length,
        agreeing,
        values,
      },
    ];
  });
  const added = addedPairs(people, known).flatMap(({ pair, count }): FieldComparison[] => {
    const isThere = mostSay(count, people.length - count, answers.length);
    if (isThere === false) return [];
    const outcome = isThere === undefined ? 'undecided' : 'filled';
    return [{ field: fieldOf(pair), outcome, answers: people.length, agreeing: people.length - count, values: [] }];
  });
  const fields = [...compared, ...added];
  const skipped = asked.unreadable + asked.pairs.length - compared.length;
  return fields.length === 0 ? { why: 'nothing-to-compare' } : { fields, skipped };
}

/** Pairs by the id of their key, and by name where only one pair has it. */
interface Index {
  readonly byId: ReadonlyMap<string, FormPair>;
  readonly byName: ReadonlyMap<string, FormPair>;
  readonly names: ReadonlySet<string>;
  readonly pairs: readonly FormPair[];
}

function indexOf(blocks: readonly Block[]): Index {
  const { pairs } = formPairsOf(blocks);
  const isUnique = uniqueNames(pairs);
  return {
    pairs,
    byId: new Map(pairs.flatMap((pair) => (pair.id === undefined ? [] : [[pair.id, pair] as const]))),
    names: new Set(pairs.map(({ key }) => sameName(key))),
    byName: new Map(pairs.map((pair) => [sameName(pair.key), pair] as const).filter(([name]) => isUnique.has(name))),
  };
}

function uniqueNames(pairs: readonly FormPair[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const { key } of pairs) counts.set(sameName(key), (counts.get(sameName(key)) ?? 0) + 1);
  return new Set([...counts].flatMap(([name, count]) => (count === 1 && name !== '' ? [name] : [])));
}

function findPair({ byId, byName }: Index, { id, key }: FormPair, isUnique: ReadonlySet<string>): FormPair | undefined {
  const name = sameName(key);
  return byId.get(id ?? '') ?? (isUnique.has(name) ? byName.get(name) : undefined);
}

/** Pairs with a value that the model has not, by name, and how many people added them. */
function addedPairs(people: readonly Index[], known: Index): { pair: FormPair; count: number }[] {
  const added = new Map<string, { pair: FormPair; count: number }>();
  for (const { pairs } of people) {
    const own = new Map(pairs.filter((pair) => isNew(pair, known)).map((pair) => [sameName(pair.key), pair]));
    for (const [name, pair] of own) added.set(name, { pair, count: (added.get(name)?.count ?? 0) + 1 });
  }
  return [...added.values()];
}

const isNew = ({ id, key, value }: FormPair, { byId, names }: Index): boolean =>
  value.trim() !== '' && !byId.has(id ?? '') && !names.has(sameName(key));
