/**
 * Events whose detail-type alone is documented. The schema looks for name and status where SageMaker usually puts
 * them.
 *
 * AWS documents human tasks, tracking servers, monitoring schedules and evaluation jobs by name only. Event types that
 * AWS adds later are read in the same way.
 */
import * as z from 'zod/mini';
import { plainText } from '../text/plain-text.ts';
import { envelope, type ReadEvent, type Reading } from './state-change.ts';
import * as v from './values.ts';

type Detail = Readonly<Record<string, unknown>>;

/** Characters that EventBridge allows. */
const LONGEST_DETAIL_TYPE = 128;

/** Schema of an event whose detail-type `name` accepts. Fields that cannot be found in `detail` are absent. */
export function thinEvent(name: z.ZodMiniType<string>) {
  return v.mapped(
    z.object({ ...envelope, 'detail-type': name, detail: z.record(z.string(), z.unknown()) }),
    (event): ReadEvent => ({ ...event, detail: guess(event['detail-type'], event.resources[0], event.detail) }),
  );
}

function guess(detailType: string, resource: string | undefined, detail: Detail): Reading<string> {
  const subject = subjectOf(detailType);
  const type = kebab(subject);
  const own = (word: string) => [`${subject}${word}`, `${pascal(type)}${word}`];
  const arn = find(detail, own('Arn')) ?? resource ?? find(detail, [], /arn$/i, /:sagemaker:/);
  return {
    type,
    name: find(detail, own('Name')) ?? resource?.split('/').at(-1) ?? find(detail, [], /name$/i),
    arn,
    // The resource's own status first: a job's event may also contain the status of its warm pool.
    status:
      find(detail, [...own('Status'), 'JobStatus', 'Status', 'State']) ??
      find(detail, [], /^(?!previous|last|old|secondary).*(status|state)$/i) ??
      statusIn(detailType),
    secondaryStatus: find(detail, ['SecondaryStatus']),
    part: actionIn(detailType),
    qualifier: actionIn(detailType),
    reason: find(detail, ['FailureReason', 'FailureMessage'], /failure-?(reason|message)$/i),
    tags: v.tags.parse(detail['Tags'] ?? detail['tags']),
    createdAt: v.instant.parse(detail['CreationTime'] ?? detail['creationTime']),
    startedAt: v.instant.parse(detail['StartTime'] ?? detail['startTime']),
    endedAt: v.instant.parse(detail['EndTime'] ?? detail['endTime']),
    modifiedAt: v.instant.parse(detail['LastModifiedTime'] ?? detail['lastModifiedTime']),
  };
}

/** The action that failed or completed: `create` in `SageMaker Tracking Server Create Failed`. */
function actionIn(detailType: string): string | undefined {
  return /\s(Create|Update|Delete|Start|Stop|Maintenance)\s(?:Failed|Complete)$/.exec(detailType)?.[1]?.toLowerCase();
}

/**
 * The text at the first of `keys` that has any; case and hyphens do not matter. Else the first text that matches `like`
 * at a key that matches `pattern`.
 */
function find(detail: Detail, keys: readonly string[], pattern?: RegExp, like = /./): string | undefined {
  const wanted = keys.map((key) => key.toLowerCase());
  const entries = Object.entries(detail).flatMap(([key, value]): [string, string][] => {
    const line = typeof value === 'string' ? plainText(value, 1024) : '';
    return line === '' ? [] : [[key.replaceAll('-', '').toLowerCase(), line]];
  });
  for (const key of wanted) {
    const exact = entries.find(([name]) => name === key);
    if (exact !== undefined) return exact[1];
  }
  return pattern && entries.find(([name, value]) => pattern.test(name) && like.test(value))?.[1];
}

const CHANGE = /\s*(?:State|Status)\s*Change$|\s*\bEvent$/;
const STATUSES = [
  'In Progress',
  ...['Creat', 'Updat', 'Delet'].flatMap((verb) => [`${verb}ing`, `${verb}ed`]),
  ...['Start', 'Stopp'].flatMap((verb) => [`${verb}ing`, `${verb}ed`]),
  ...['Complete', 'Completed', 'Failed', 'Finished', 'Transitioning', 'Setting'],
  ...['Accepted', 'Declined', 'Expired', 'Returned', 'Submitted'],
].join('|');
const STATUS = new RegExp(`\\b(?:${STATUSES})\\b`, 'g');
const ACTION = new RegExp(`\\s(?:Create|Update|Delete|Start|Stop|Maintenance|${STATUSES})\\b.*$`);

/**
 * `Failed` in `SageMaker Tracking Server Create Failed`; absent when the detail-type only says that something changed.
 */
function statusIn(detailType: string): string | undefined {
  const words = plainText(detailType, LONGEST_DETAIL_TYPE);
  if (CHANGE.test(words)) return undefined;
  return words.match(STATUS)?.at(-1) ?? words.split(' ').at(-1);
}

/** `TrackingServer` in `SageMaker Tracking Server Create Failed`. */
function subjectOf(detailType: string): string {
  return plainText(detailType, LONGEST_DETAIL_TYPE)
    .replace(/^SageMaker\s*/, '')
    .replace(CHANGE, '')
    .replace(ACTION, '')
    .replaceAll(' ', '');
}

function kebab(words: string): string {
  return words.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase() || 'resource';
}

function pascal(type: string): string {
  return type.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
