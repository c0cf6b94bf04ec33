/** What each file of these tests needs: the rules of the packaged service, and the matcher. */
import { readFileSync } from 'node:fs';
import { afterAll } from 'vitest';
import { startMatcher } from './matcher.ts';
import { rulesIn } from './rules.ts';

/** Starts the matcher, and stops it after the tests. `run.ts` has packaged the service. */
export function useMatcher() {
  const template = process.env['GROUND_CONTROL_TEMPLATE'];
  if (template === undefined)
    throw new Error('GROUND_CONTROL_TEMPLATE is not set: start this with npm run test:patterns');
  const matcher = startMatcher();
  afterAll(() => matcher.stop());
  return { matcher, rules: rulesIn(JSON.parse(readFileSync(template, 'utf8'))) };
}
