/** Decides what to do about input that no schema can read. */
import { plainText } from '../../schemas/text/plain-text.ts';
import type { Decision } from '../decide.ts';

/** What is wrong with the input, and where. */
export interface Flaw {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

const MOST_FLAWS = 5;

/** The decision is to keep the input, with a reason that lists its first flaws. */
export function quarantine(input: unknown, flaws: readonly Flaw[]): Decision {
  const reason = flaws.slice(0, MOST_FLAWS).map(describeFlaw).join('; ') || 'event: cannot be read';
  return {
    outcome: 'quarantined',
    eventId: textAt(input, 'id', 64),
    detailType: textAt(input, 'detail-type', 128),
    resource: undefined,
    status: undefined,
    severity: undefined,
    reason,
    remember: undefined,
    actions: [{ kind: 'quarantine', input, reason }],
  };
}

/** The text at `key` of the envelope, if there is one: unreadable input may still have a readable id. */
function textAt(input: unknown, key: string, max: number): string | undefined {
  const value: unknown =
    typeof input === 'object' && input !== null ? Object.getOwnPropertyDescriptor(input, key)?.value : undefined;
  return typeof value === 'string' ? plainText(value, max) : undefined;
}

/** Names the place and the flaw, never the value, because the value may be a secret. */
function describeFlaw({ path, message }: Flaw): string {
  const place = path.slice(0, 12).map((key) =>
    String(key)
      .replace(/[^\w.-]/g, '?')
      .slice(0, 64),
  );
  const more = path.length > 12 ? '…' : '';
  return `${place.join('.') || 'event'}${more}: ${message}`;
}
