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
    // An array in the event matches when one of its elements matches, also if that is an object.
    const elements = elementsOf(value);
    if (isRecord(wanted)) return elements.some((element) => matches(wanted, element));
    if (!Array.isArray(wanted)) throw new Error(`event pattern: ${field} must be a list or an object`);
    // Where the pattern lists values, EventBridge reads an object as an absent field.
    const values = elements.map((element) => (isRecord(element) ? undefined : element));
    return values.some((one) => wanted.some((matcher: unknown) => matchesOne(matcher, one)));
  });
}

/** The elements of an array, also of arrays in it; otherwise `value` alone. An empty array counts as an absent field. */
function elementsOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) return [value];
  const elements: unknown[] = value.flat(Number.POSITIVE_INFINITY);
  return elements.length > 0 ? elements : [undefined];
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
