/**
 * The part of EventBridge's pattern matching that our patterns use: exact values, `prefix`, and `anything-but` with
 * values. Any other operator throws, so that a pattern cannot match differently here than in AWS.
 * `npm run test:patterns` compares it with EventBridge's own matcher.
 * Source: EventBridge user guide, "Comparison operators for use in event patterns".
 */

export type EventPattern = Readonly<Record<string, unknown>>;

/** Whether `event` matches `pattern`. Throws for an operator that is not supported here. */
export function matches(pattern: EventPattern, event: unknown): boolean {
  return Object.entries(pattern).every(([field, wanted]) => {
    if (field.startsWith('$')) throw new Error(`event pattern: operator ${field} is not supported here`);
    const value = isRecord(event) && Object.hasOwn(event, field) ? event[field] : undefined;
    if (isRecord(wanted)) return matches(wanted, value);
    if (!Array.isArray(wanted)) throw new Error(`event pattern: ${field} must be a list or an object`);
    // An array in the event matches when one of its elements matches.
    const candidates: unknown[] = Array.isArray(value) ? value : [value];
    return candidates.some((candidate) => wanted.some((matcher: unknown) => matchesOne(matcher, candidate)));
  });
}

function matchesOne(matcher: unknown, value: unknown): boolean {
  if (!isRecord(matcher)) return matcher === value;
  const [[operator, operand] = ['', undefined], ...others] = Object.entries(matcher);
  if (others.length > 0) throw new Error('event pattern: one operator a matcher');
  switch (operator) {
    case 'prefix':
      if (typeof operand !== 'string') throw new Error('event pattern: prefix takes text');
      return typeof value === 'string' && value.startsWith(operand);
    case 'anything-but':
      if (isRecord(operand)) throw new Error('event pattern: anything-but takes values');
      // It does not match an absent field.
      return value !== undefined && !asList(operand).includes(value);
    default:
      throw new Error(`event pattern: operator ${operator} is not supported here`);
  }
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
