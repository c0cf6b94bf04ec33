/**
 * Simulates EventBridge as far as we call it: events are put on buses, and stay there for tests and stories to read. As in
 * AWS, a bus that does not exist takes events too (github.com/aws/aws-cli/issues/9186). Rules can only be described.
 */
import * as z from 'zod';
import { AwsError } from './protocol.ts';

const Entry = z.object({
  Source: z.string().min(1).optional(),
  DetailType: z.string().min(1).optional(),
  Detail: z.string().optional(),
  EventBusName: z.string().default('default'),
  Resources: z.array(z.string()).default([]),
});

/** One event on a bus. */
export interface PutEvent {
  readonly source: string;
  readonly detailType: string;
  readonly detail: Readonly<Record<string, unknown>>;
  /** `detail` as it was sent. */
  readonly text: string;
  readonly bus: string;
  readonly resources: readonly string[];
}

/** A rule that calls can describe. `EventPattern` is JSON. */
export interface Rule {
  readonly State: 'ENABLED' | 'DISABLED';
  readonly EventPattern: string;
}

/** The most entries of one call, and the most bytes of its entries (EventBridge API reference, PutEvents). */
const MOST_ENTRIES = 10;
const MOST_BYTES = 1_048_576;

/** The buses of one account, whatever their names. */
export class SimulatedEventBridge {
  /** All events, the oldest first. */
  readonly events: PutEvent[] = [];
  /** Rules by `<bus>/<name>`. */
  readonly rules = new Map<string, Rule>();
  /** Which entries of the next calls are refused, by their number in the call; empties itself. */
  readonly refusals: number[][] = [];

  /** Answers one operation. Throws an `AwsError` for a call that EventBridge would refuse. */
  perform(operation: string, input: Readonly<Record<string, unknown>>): Record<string, unknown> {
    if (operation === 'DescribeRule') return this.#describe(String(input['EventBusName']), String(input['Name']));
    if (operation !== 'PutEvents')
      throw new AwsError('UnknownOperationException', `The embedded AWS does not know events:${operation}.`);
    const entries = z.array(Entry).min(1).max(MOST_ENTRIES).safeParse(input['Entries']);
    if (!entries.success || JSON.stringify(input).length > MOST_BYTES)
      throw new AwsError('ValidationException', '1 validation error detected: the entries are not valid.');
    const refused = this.refusals.shift() ?? [];
    const Entries = entries.data.map((entry, at) => (refused.includes(at) ? REFUSED : this.#put(entry)));
    return { Entries, FailedEntryCount: Entries.filter((entry) => 'ErrorCode' in entry).length };
  }

  #describe(bus: string, name: string): Record<string, unknown> {
    const rule = this.rules.get(`${bus}/${name}`);
    if (rule === undefined)
      throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${bus}.`);
    return { Name: name, EventBusName: bus, ...rule };
  }

  #put({ Source, DetailType, Detail, EventBusName, Resources }: z.output<typeof Entry>): Record<string, string> {
    const missing = Object.entries({ Source, DetailType, Detail }).find(([, value]) => value === undefined);
    if (missing !== undefined)
      return { ErrorCode: 'InvalidArgument', ErrorMessage: `Parameter ${missing[0]} is not valid. Reason: null` };
    const detail = objectIn(Detail ?? '');
    if (detail === undefined) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
    this.events.push({
      source: Source ?? '',
      detailType: DetailType ?? '',
      detail,
      text: Detail ?? '',
      bus: EventBusName,
      resources: Resources,
    });
    return { EventId: `event-${this.events.length}` };
  }
}

const REFUSED = { ErrorCode: 'ThrottlingException', ErrorMessage: 'Rate exceeded' };

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    return z.record(z.string(), z.unknown()).safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
