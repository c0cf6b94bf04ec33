/** What each cause says to people: the sentence, the next step, and whether it helps to try again. */
import { FAILURE_CODES } from '../../../../schemas/message/cause-codes.ts';
import type { Cause } from '../cause.ts';
import { ACCESS } from './access.ts';
import { AWS } from './aws.ts';
import { CODE } from './code.ts';
import { INPUT } from './input.ts';
import { PEOPLE } from './people.ts';

/** Every cause of a failure. The key is its code, or its code and its detail: `network-or-vpc/vpc-s3`. */
export const ADVICE = { ...AWS, ...ACCESS, ...INPUT, ...CODE, ...PEOPLE };
export type Key = keyof typeof ADVICE;

/** The cause that `key` stands for. */
export function causeFor(key: Key): Cause {
  const code = FAILURE_CODES.find((each) => key === each || key.startsWith(`${each}/`)) ?? 'unknown';
  const detail = key.slice(code.length + 1);
  return { code, ...(detail !== '' && { detail }), ...ADVICE[key] };
}
