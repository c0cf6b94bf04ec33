/** What several people say together. */

/** What people say about one value. Values are compared as keys, and handed on as opaque codes. */
export interface Vote {
  /** The value that more than half of the answers give; absent when there is none. */
  readonly majority: string | undefined;
  /** How many answers are equal to what the model said. */
  readonly agreeing: number;
  /** The code of each answer. */
  readonly values: readonly number[];
}

/**
 * Counts `answers` (at least one). Codes: the place in `known` for values that are listed there. Without a list, 0 is what the model
 * said. Other values follow, the most frequent first, so that the order of answers does not matter.
 */
export function vote(model: string, answers: readonly string[], known: readonly string[] = [model]): Vote {
  const counts = new Map<string, number>();
  for (const answer of answers) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  const ranked = [...counts].toSorted(([, one], [, other]) => other - one);
  const [first] = ranked;
  const codes = new Map(known.map((value, code) => [value, code]));
  for (const [value] of ranked) if (!codes.has(value)) codes.set(value, codes.size);
  return {
    majority: first !== undefined && first[1] * 2 > answers.length ? first[0] : undefined,
    agreeing: counts.get(model) ?? 0,
    values: answers.flatMap((answer) => codes.get(answer) ?? []),
  };
}

/** Whether more than half of `all` people say so; absent for exactly half. */
export function mostSay(count: number, all: number): boolean | undefined {
  return count * 2 === all ? undefined : count * 2 > all;
}
