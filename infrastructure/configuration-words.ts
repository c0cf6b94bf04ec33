/** What a field of `ground-control.yml` allows, in words. */
import type * as z from 'zod';
import { counted } from '../schemas/text/count.ts';

/** What is allowed, for readers of YAML instead of JSON. */
export function explain(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type' && (issue.expected === 'record' || issue.expected === 'object')) {
    return 'expected entries beneath it, each like "key: value"';
  }
  if (/^Invalid input: expected \w+, received/.test(issue.message) && issue.code === 'invalid_type')
    return `expected ${TYPES[issue.expected] ?? issue.expected}`;
  if (/^Invalid option: /.test(issue.message) && issue.code === 'invalid_value')
    return `expected one of: ${issue.values.map(String).join(', ')}`;
  if (/^Too (?:small|big): /.test(issue.message)) return bound(issue) ?? issue.message;
  return issue.message.replace(/^Invalid (?:input|option): /, '');
}

const TYPES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  string: 'text',
};

/** What is allowed of a number that is out of bounds, or of a list or text that is too short or too long. */
function bound(issue: z.core.$ZodIssue): string | undefined {
  if (issue.code === 'too_small') {
    if (issue.origin === 'array') return `expected at least ${counted(Number(issue.minimum), 'entry', 'entries')}`;
    if (issue.origin === 'string') return issue.minimum === 1 ? 'expected some text' : undefined;
    return `expected ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`;
  }
  if (issue.code !== 'too_big') return undefined;
  if (issue.origin === 'array') return `expected at most ${counted(Number(issue.maximum), 'entry', 'entries')}`;
  if (issue.origin === 'string') return `expected at most ${issue.maximum} characters`;
  return `expected ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`;
}
