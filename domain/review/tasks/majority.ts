/** What several people say together. */

/** What people say about one value. Values are compared as keys, and handed on as opaque codes. */
export interface Vote {
  /** Whether most people say what the model said; absent when neither this nor the opposite has a majority. */
  readonly isOfModel: boolean | undefined;
  /** The value that most people give; absent when there is none, also if most of them agree that the model is wrong. */
  readonly majority: string | undefined;
  /** How many answers are equal to what the model said. */
  readonly agreeing: number;
  /** The code of each answer. */
  readonly values: readonly number[];
}

/**
 * Counts `answers`, those of `all` answers of the loop that have a value. First it is decided whether people say what
 * the model said: three people who correct it in three ways agree that it is wrong.
 *
 * Codes: the place in `known` for values that are listed there. Without a list, 0 is what the model said. Other values
 * follow, the most frequent first, so that the order of answers does not matter.
 */
export function vote(model: string, answers: readonly string[], all: number, known: readonly string[] = [model]): Vote {
  const counts = new Map<string, number>();
  for (const answer of answers) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  const ranked = [...counts].toSorted(([, one], [, other]) => other - one);
  const [first] = ranked;
  const codes = new Map(known.map((value, code) => [value, code]));
  for (const [value] of ranked) if (!codes.has(value)) codes.set(value, codes.size);
  const agreeing = counts.get(model) ?? 0;
  return {
    isOfModel: mostSay(agreeing, answers.length - agreeing, all),
    majority: first !== undefined && first[1] * 2 > all ? first[0] : undefined,
    agreeing,
    values: answers.flatMap((answer) => codes.get(answer) ?? []),
  };
}

/** Whether more than half of `all` answers say yes, or no; absent when neither. Some may say nothing readable. */
export function mostSay(yes: number, no: number, all: number): boolean | undefined {
  return yes * 2 > all ? true : no * 2 > all ? false : undefined;
}
