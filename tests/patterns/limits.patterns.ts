/** Each pattern of the packaged service beside EventBridge's limits. */
import { afterAll, describe, expect, it } from 'vitest';
import type { Matcher } from './matcher.ts';
import type { DeployedRule } from './rules.ts';
import { useMatcher } from './setting.ts';

/** Characters of a pattern. Source: EventBridge user guide, "Amazon EventBridge quotas", event pattern size. */
const MOST_CHARACTERS = 2048;

/**
 * Event Ruler calls complexity how many wildcards may match the same text at once (`MachineComplexityEvaluator`, README,
 * "Matching with a Machine"). EventBridge refuses patterns that are too complex (user guide, "Wildcards and event pattern
 * complexity"), but publishes no number. A pattern without wildcards has 0, so no number refuses it.
 */
const MOST_COMPLEX = 0;

const { matcher, rules } = useMatcher();
const printed: string[] = [];
afterAll(() => {
  process.stdout.write(`${printed.join('\n')}\n`);
});

/** The lines of the table: a rule each, and what is wrong with it. */
async function measure(of: readonly DeployedRule[], by: Matcher) {
  return Promise.all(
    of.map(async ({ id, pattern }) => {
      const answer = await by.ask(pattern, []);
      const characters = [...pattern].length;
      const wrong =
        'refused' in answer
          ? [`EventBridge refuses it: ${answer.refused}`]
          : [
              ...(answer.complexity > MOST_COMPLEX ? [`complexity ${answer.complexity} > ${MOST_COMPLEX}`] : []),
              ...(characters > MOST_CHARACTERS ? [`${characters} characters > ${MOST_CHARACTERS}`] : []),
            ];
      const complexity = 'refused' in answer ? '-' : String(answer.complexity);
      const figures = `${complexity} of ${MOST_COMPLEX}  ${String(characters).padStart(5)} of ${MOST_CHARACTERS}`;
      return { id, row: `${id.padEnd(32)} ${figures}`, wrong };
    }),
  );
}

const wrongOf = async (of: readonly DeployedRule[]) =>
  (await measure(of, matcher)).flatMap(({ id, wrong }) => wrong.map((what) => `${id}: ${what}`));

describe('each pattern', () => {
  it('stays within the limits of EventBridge', async () => {
    const measured = await measure(rules, matcher);
    printed.push(`${'pattern'.padEnd(32)} complexity  characters`, ...measured.map(({ row }) => row));
    expect(measured.length).toBeGreaterThan(20);
    expect(measured.flatMap(({ id, wrong }) => wrong.map((what) => `${id}: ${what}`))).toEqual([]);
  });

  it('is noticed when it is too complex, too long, or no pattern', async () => {
    const rule = (id: string, pattern: object): DeployedRule => ({
      id,
      from: 'default bus',
      pattern: JSON.stringify(pattern),
    });
    expect(
      await wrongOf([
        rule('Complex', { a: [{ 'anything-but': { wildcard: ['AWS *'] } }] }),
        rule('Long', { a: ['x'.repeat(2039)] }),
        rule('Full', { a: ['x'.repeat(2038)] }),
        rule('Unknown', { a: [{ 'begins-with': 'AWS' }] }),
      ]),
    ).toEqual([
      'Complex: complexity 2 > 0',
      'Long: 2049 characters > 2048',
      expect.stringContaining('Unknown: EventBridge refuses it: Unrecognized match type begins-with'),
    ]);
  });
});
