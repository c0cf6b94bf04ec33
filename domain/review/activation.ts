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
 * within `And` is a sample of hard cases, and not of all.
 */
export function reasonOf(conditions: readonly Condition[]): Reason {
  const kinds = new Set(conditions.filter(isMet).flatMap(kindsOf));
  if (kinds.size > 1) kinds.delete('sampling');
  const [only = 'other'] = kinds;
  return kinds.size === 1 ? only : 'other';
}

/** A condition without a result of its own is met if conditions in it are. */
function isMet({ EvaluationResult, And, Or }: Condition): boolean {
  if (EvaluationResult !== undefined) return EvaluationResult;
  if (And !== undefined) return And.length > 0 && And.every((one) => one.EvaluationResult === true);
  return Or?.some((one) => one.EvaluationResult === true) === true;
}

function kindsOf({ ConditionType, And, Or }: Condition): Reason[] {
  if (And !== undefined) {
    const kinds = And.map(kindOf);
    const others = kinds.filter((kind) => kind !== 'sampling');
    return others.length > 0 ? others : kinds;
  }
  if (Or !== undefined) return Or.filter(({ EvaluationResult }) => EvaluationResult === true).map(kindOf);
  return [kindOf({ ConditionType })];
}

const kindOf = ({ ConditionType }: Pick<SimpleCondition, 'ConditionType'>): Reason =>
  KINDS.get(ConditionType ?? '') ?? 'other';

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
