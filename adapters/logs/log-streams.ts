/** Reads the ends of a job's log streams in CloudWatch Logs, with a bounded number of calls. */
import {
  CloudWatchLogsClient,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { NoLog } from '../../domain/diagnosis/diagnosis.ts';
import type { LogStream } from '../../domain/diagnosis/log-end.ts';
import type { Logs } from '../../domain/kinds.ts';
import type { Grant } from '../grant.ts';

const group = (name: string) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:/aws/sagemaker/${name}:*`,
});

/** Reads the logs of jobs, and no other logs. */
export const READ_LOGS: Grant = {
  name: 'job-logs',
  statements: [
    {
      actions: ['logs:DescribeLogStreams', 'logs:FilterLogEvents', 'logs:GetLogEvents'],
      on: [group('TrainingJobs'), group('ProcessingJobs'), group('TransformJobs')],
    },
  ],
};

/** Streams whose ends are read. A larger job first searches for the streams that report an error. */
const MOST_STREAMS = 8;
/** Names in one page of DescribeLogStreams (CloudWatch Logs API reference: the most is 50). */
const PAGE = 50;
/** Events at the end of a stream. Other processes may write hundreds of lines after the error. */
const MOST_EVENTS = 500;
/** Events of a search for errors. */
const MOST_HITS = 100;
/** Milliseconds before the end of the job in which the search looks for errors. */
const SEARCHED = 900_000;
/** Finds log events that have at least one of these words (CloudWatch Logs user guide, filter pattern syntax). */
const ERRORS = '?Traceback ?Error ?ERROR ?Exception ?Killed ?FATAL ?"core dumped"';

/** Two attempts with short waits: the alert does not wait for a slow or throttled service. */
const LOG_SETTINGS = {
  maxAttempts: 2,
  retryMode: 'standard',
  requestHandler: { connectionTimeout: 1000, requestTimeout: 4000, throwOnRequestTimeout: true },
} as const;

/** The streams whose names begin with `logs.streamPrefix`, each with its last events; or why there are none. */
export type ReadLogStreams = (logs: Logs, endedAt: Date | undefined, time: AbortSignal) => Promise<LogStream[] | NoLog>;

/**
 * Reads with at most two calls and one for each of `MOST_STREAMS` streams. It ends when `time` is up, and never throws.
 */
export function logStreamsWith(client = new CloudWatchLogsClient(LOG_SETTINGS)): ReadLogStreams {
  const namesOf = async ({ group: logGroupName, streamPrefix }: Logs, abortSignal: AbortSignal) => {
    const command = new DescribeLogStreamsCommand({ logGroupName, logStreamNamePrefix: streamPrefix, limit: PAGE });
    const { logStreams = [] } = await client.send(command, { abortSignal });
    return newestOfEach(logStreams.flatMap(({ logStreamName }) => logStreamName ?? []));
  };

  /** Names of streams that report an error near the end of the job, the earliest first. */
  const namesWithErrors = async (logs: Logs, endedAt: Date, abortSignal: AbortSignal) => {
    const command = new FilterLogEventsCommand({
      logGroupName: logs.group,
      logStreamNamePrefix: logs.streamPrefix,
      startTime: endedAt.getTime() - SEARCHED,
      filterPattern: ERRORS,
      limit: MOST_HITS,
    });
    const { events = [] } = await client.send(command, { abortSignal });
    return [...new Set(events.flatMap(({ logStreamName }) => logStreamName ?? []))];
  };

  const endOf = async (logGroupName: string, name: string, abortSignal: AbortSignal): Promise<LogStream> => {
    const command = new GetLogEventsCommand({ logGroupName, logStreamName: name, limit: MOST_EVENTS });
    const { events = [] } = await client.send(command, { abortSignal });
    return { name, events: events.map(({ timestamp = 0, message = '' }) => ({ at: timestamp, message })) };
  };

  return async (logs, endedAt, time) => {
    try {
      const all = await namesOf(logs, time);
      if (all.length === 0) return NO_STREAM;
      const withErrors =
        all.length > MOST_STREAMS && endedAt !== undefined ? await namesWithErrors(logs, endedAt, time) : [];
      const names = [...new Set([...withErrors, ...all])].slice(0, MOST_STREAMS);
      return await Promise.all(names.map((name) => endOf(logs.group, name, time)));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return error.name === 'ResourceNotFoundException' ? NO_STREAM : { noLog: whyNot(error, time) };
    }
  };
}

const NO_STREAM: NoLog = { noLog: 'the job has written none' };

function whyNot({ name }: Error, time: AbortSignal): string {
  if (time.aborted) return 'CloudWatch Logs did not answer in time';
  if (name === 'AccessDeniedException') return 'CloudWatch Logs refused to show it (AccessDeniedException)';
  return `CloudWatch Logs answered with an error (${name})`;
}

/**
 * The newest stream of each host. A job that SageMaker started again has one stream of each attempt, and their names
 * end with the time: `job/algo-1-1700000000`.
 */
function newestOfEach(names: readonly string[]): string[] {
  const newest = new Map<string, string>();
  for (const name of names) {
    const host = name.replace(/-\d{10,13}(?=$|\/)/, '');
    const known = newest.get(host);
    if (known === undefined || timeIn(known) <= timeIn(name)) newest.set(host, name);
  }
  return [...newest.values()];
}

const timeIn = (name: string): number => Number(/-(\d{10,13})(?=$|\/)/.exec(name)?.[1] ?? 0);
