/** Why a human loop began, from the results of the conditions of its flow. */
import type { Condition, SimpleCondition } from '../../schemas/review/a2i-output.ts';
import type { Reason } from './comparison.ts';

/** Source: developer guide, "JSON schema for human loop activation conditions". */
const KINDS: ReadonlyMap<string, Reason> = new Map([
  ['Sampling', 'sampling'],
  ['ModerationLabelConfidenceCheck', 'low-confidence'],
  ['ImportantFormKeyConfidenceCheck', 'low-confidence'],
  ['MissingImportantFormKey', 'missing-key'],
]);

/**
 * The reason of a loop of a built-in task. Conditions beside each other are alternatives.
 *
 * A loop that was sampled and that another condition began too is no part of the sample: it is a hard case. Sampling
 * within `And` is a sample of hard cases, and not of all. Where nobody can say whether a condition was met, the reason is
 * `other`, so that no hard case passes for a random sample.
 */
export function reasonOf(conditions: readonly Condition[]): Reason {
  const kinds = new Set(conditions.flatMap(kindsOf));
  if (kinds.size > 1) kinds.delete('sampling');
  const [only = 'other'] = kinds;
  return kinds.size === 1 ? only : 'other';
}

/** The kinds that began the loop: none if the condition was not met, `other` if that is not known. */
function kindsOf({ ConditionType, EvaluationResult, And, Or }: Condition): readonly Reason[] {
  const results = (And ?? Or)?.map((one) => one.EvaluationResult);
  const isMet = EvaluationResult ?? (And === undefined ? any(results) : all(results));
  if (isMet === false) return [];
  if (isMet === undefined) return ['other'];
  if (And !== undefined) {
    const kinds = And.map(kindOf);
    const others = kinds.filter((kind) => kind !== 'sampling');
    return others.length > 0 ? others : kinds;
  }
  if (Or === undefined) return [kindOf({ ConditionType })];
  const kinds = Or.flatMap((one) => {
    if (one.EvaluationResult === false) return [];
    return one.EvaluationResult === undefined ? (['other'] as const) : kindOf(one);
  });
  return kinds.length > 0 ? kinds : ['other'];
}

type Results = readonly (boolean | undefined)[];

/** Whether one of `results` is true; absent when that is not known. */
function any(results: Results = []): boolean | undefined {
  if (results.includes(true)) return true;
  return results.length === 0 || results.includes(undefined) ? undefined : false;
}

/** Whether each of `results` is true; absent when that is not known. */
function all(results: Results = []): boolean | undefined {
  if (results.includes(false)) return false;
  return results.length === 0 || results.includes(undefined) ? undefined : true;
}

const kindOf = ({ ConditionType }: Pick<SimpleCondition, 'ConditionType'>): Reason =>
  KINDS.get(ConditionType ?? '') ?? 'other';

/** The moderation labels that conditions name. `*` names none. */
export const labelsOfConditions = (conditions: readonly Condition[]): string[] =>
  conditions
    .flatMap(({ And = [], Or = [], ...simple }) => [simple, ...And, ...Or])
    .flatMap(({ ConditionParameters: parameters }) => parameters?.ModerationLabelName ?? [])
    .filter((name) => name !== '*');

/** The important form keys that conditions name, with their other spellings. `*` names none. */
export function importantKeys(conditions: readonly Condition[]): { name: string; spellings: readonly string[] }[] {
  return conditions
    .flatMap(({ And = [], Or = [], ...simple }) => [simple, ...And, ...Or])
    .flatMap(({ ConditionParameters: parameters }) => {
      const name = parameters?.ImportantFormKey;
      if (name === undefined || name === '*') return [];
      return [{ name, spellings: [name, ...(parameters?.ImportantFormKeyAliases ?? [])] }];
    });
}
