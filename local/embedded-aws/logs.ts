/**
 * Simulates the part of CloudWatch Logs that we use, in memory: log streams that tests and stories fill, and subscription
 * filters, which send nothing.
 */
import { type Functions, nameInArn } from './lambda.ts';
import { AwsError } from './protocol.ts';

/** One event of a stream. `at` is in milliseconds since 1970. */
export interface StoredEvent {
  readonly at: number;
  readonly message: string;
}

/** The most subscription filters of a log group (CloudWatch Logs quotas). */
const MOST_FILTERS = 2;

/** The log groups of one account. */
export class SimulatedLogs {
  readonly #functions: Functions;
  /** Inputs of `PutSubscriptionFilter`, by the name of the log group and that of the filter. */
  readonly #filters = new Map<string, Map<string, Readonly<Record<string, unknown>>>>();
  /** Streams by the name of their group, and by their own name. */
  readonly #groups = new Map<string, Map<string, StoredEvent[]>>();

  /** `functions`: those that filters may send to. */
  constructor(functions: Functions = new Map()) {
    this.#functions = functions;
  }

  /** Adds events to a stream, and creates what is missing. */
  put(group: string, stream: string, events: readonly StoredEvent[]): void {
    const streams = this.#groups.get(group) ?? new Map<string, StoredEvent[]>();
    this.#groups.set(group, streams);
    streams.set(stream, [...(streams.get(stream) ?? []), ...events]);
  }

  /** Deletes all groups. */
  clear(): void {
    this.#groups.clear();
    this.#filters.clear();
  }

  /** Answers one operation. Throws an `AwsError` for a call that CloudWatch Logs would refuse. */
  perform(operation: string, input: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const group = String(input['logGroupName']);
    if (operation === 'CreateLogGroup') return this.#create(group);
    const streams = this.#groups.get(group);
    if (streams === undefined)
      throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
    const prefix = String(input['logStreamNamePrefix'] ?? '');
    const own = [...streams].filter(([name]) => name.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
    switch (operation) {
      case 'DescribeLogStreams':
        return { logStreams: own.slice(0, Number(input['limit'] ?? 50)).map(([name]) => ({ logStreamName: name })) };
      case 'GetLogEvents':
        return this.#end(streams.get(String(input['logStreamName'])), Number(input['limit'] ?? 10_000));
      case 'FilterLogEvents':
        return found(own, input);
      case 'DescribeSubscriptionFilters':
        return { subscriptionFilters: [...this.#filtersOf(group).values()] };
      case 'PutSubscriptionFilter':
        return this.#putFilter(group, input);
      case 'DeleteSubscriptionFilter':
        if (!this.#filtersOf(group).delete(String(input['filterName'])))
          throw new AwsError('ResourceNotFoundException', 'The specified subscription filter does not exist.');
        return {};
      default:
        throw new AwsError('UnknownOperationException', `The embedded AWS does not know logs:${operation}.`);
    }
  }

  #create(group: string): Record<string, unknown> {
    if (this.#groups.has(group))
      throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
    this.#groups.set(group, new Map());
    return {};
  }

  #filtersOf(group: string): Map<string, Readonly<Record<string, unknown>>> {
    const filters = this.#filters.get(group) ?? new Map<string, Readonly<Record<string, unknown>>>();
    this.#filters.set(group, filters);
    return filters;
  }

  #putFilter(group: string, input: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const filters = this.#filtersOf(group);
    const name = String(input['filterName']);
    const destination = String(input['destinationArn']);
    if (this.#functions.get(nameInArn(destination) ?? '')?.mayLogsCall === false)
      throw new AwsError(
        'InvalidParameterException',
        'Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.',
      );
    if (!filters.has(name) && filters.size >= MOST_FILTERS)
      throw new AwsError('LimitExceededException', 'Resource limit exceeded.');
    filters.set(name, input);
    return {};
  }

  /** The last events of a stream, the oldest first. */
  #end(events: readonly StoredEvent[] | undefined, limit: number): Record<string, unknown> {
    if (events === undefined)
      throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
    return { events: events.slice(-limit).map(({ at, message }) => ({ timestamp: at, message, ingestionTime: at })) };
  }
}

/** The most events and bytes of a page (CloudWatch Logs API reference, FilterLogEvents). */
const MOST_EVENTS = 10_000;
const MOST_BYTES = 1024 * 1024;

/**
 * Events from `startTime` to `endTime` that contain one of the terms `?term` of the pattern, in order of their times. The
 * token of the next page is the number of the events before it.
 */
function found(
  streams: readonly (readonly [string, readonly StoredEvent[]])[],
  input: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const terms = [...String(input['filterPattern'] ?? '').matchAll(/\?(?:"([^"]+)"|(\S+))/g)].map(
    ([, quoted, word]) => quoted ?? word ?? '',
  );
  const [from, to] = [Number(input['startTime'] ?? 0), Number(input['endTime'] ?? Infinity)];
  const events = streams
    .flatMap(([logStreamName, all]) =>
      all.map(({ at, message }, index) => ({
        logStreamName,
        timestamp: at,
        message,
        eventId: `${logStreamName}/${index}`,
      })),
    )
    .filter(({ timestamp }) => timestamp >= from && timestamp <= to)
    .filter(({ message }) => terms.length === 0 || terms.some((term) => message.includes(term)))
    .sort((a, b) => a.timestamp - b.timestamp);
  const begin = Number(input['nextToken'] ?? 0);
  const most = Math.min(Number(input['limit'] ?? MOST_EVENTS), MOST_EVENTS);
  let [end, bytes] = [begin, 0];
  while (end < events.length && end - begin < most) {
    bytes += Buffer.byteLength(events[end]?.message ?? '');
    if (bytes > MOST_BYTES && end > begin) break;
    end++;
  }
  return { events: events.slice(begin, end), ...(end < events.length && { nextToken: String(end) }) };
}
