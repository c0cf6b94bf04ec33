/** Derives the event types of the function `resource` from those that other functions in `serverless.yml` handle. */
import * as z from 'zod';

/** What calls a function in `serverless.yml`; only the fields that the service reads. */
export interface EventDefinition {
  readonly eventBridge?: { readonly pattern: Pattern } | undefined;
  readonly sqs?: unknown;
  readonly schedule?: unknown;
}

/** An EventBridge event pattern. */
export type Pattern = Readonly<Record<string, unknown>>;

interface WithEvents {
  readonly events: readonly EventDefinition[];
}

/** The function that handles every event type without a function of its own. */
const CATCH_ALL = 'resource';

/**
 * The event pattern of the function `name`, whose pattern in `serverless.yml` is `pattern`. For `resource`, adds each
 * event type that another of `functions` handles to the exclusion list. Throws if one of those patterns does not list
 * whole names.
 *
 * The names are exact. A wildcard would make the pattern complex, and EventBridge refuses rules above a complexity that
 * it does not publish (user guide, "Wildcards and event pattern complexity"). EventBridge cannot combine a prefix with an
 * exclusion list on one field, so the pattern only excludes.
 */
export function patternOf(name: string, pattern: Pattern, functions: Readonly<Record<string, WithEvents>>): Pattern {
  if (name !== CATCH_ALL) return pattern;
  const handledByOthers = Object.entries(functions).flatMap(([other, { events }]) =>
    other === CATCH_ALL
      ? []
      : events.flatMap(({ eventBridge }) => (eventBridge ? namesIn(other, eventBridge.pattern) : [])),
  );
  const [{ 'anything-but': excluded }] = AnythingBut.parse(pattern['detail-type']);
  return { ...pattern, 'detail-type': [{ 'anything-but': [...new Set([...excluded, ...handledByOthers])] }] };
}

const EventTypes = z.array(z.string());
const AnythingBut = z.tuple([z.object({ 'anything-but': EventTypes })]);

function namesIn(name: string, { 'detail-type': names }: Pattern): string[] {
  const read = EventTypes.safeParse(names);
  if (read.success) return read.data;
  throw new Error(
    `serverless.yml: functions.${name}: detail-type must list whole names, since the pattern of "${CATCH_ALL}" leaves them out`,
  );
}
