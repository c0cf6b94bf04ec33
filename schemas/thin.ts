/**
 * Events of which only the detail-type is known: name and status are found where SageMaker usually puts them.
 *
 * Human tasks, tracking servers, monitoring schedules and evaluation jobs are documented by name only; tomorrow's
 * event types are not documented at all.
 */
import * as z from 'zod/mini';
import { envelope, type ReadEvent, type Reading } from './state-change.ts';
import { plainText } from './text.ts';
import * as v from './values.ts';

type Detail = Readonly<Record<string, unknown>>;

/** EventBridge allows 128 characters. */
const LONGEST_DETAIL_TYPE = 128;

/** An event whose detail-type `name` allows, read by guessing. */
export function thinEvent(name: z.ZodMiniType<string>) {
  return v.mapped(
    z.object({ ...envelope, 'detail-type': name, detail: z.record(z.string(), z.unknown()) }),
    (event): ReadEvent => ({ ...event, detail: guess(event['detail-type'], event.resources[0], event.detail) }),
  );
}

function guess(detailType: string, resource: string | undefined, detail: Detail): Reading {
  const subject = subjectOf(detailType);
  const arn = find(detail, [`${subject}Arn`], /arn$/i) ?? resource;
  const type = kebab(subject);
  return {
    type,
    name: find(detail, [`${pascal(type)}Name`, `${subject}Name`], /name$/i),
    arn,
    status:
      find(detail, [`${subject}Status`, `${pascal(type)}Status`], /^(?!previous|last|old).*(status|state)$/i) ??
      statusIn(detailType),
    reason: find(detail, ['FailureReason', 'FailureMessage'], /failure-?(reason|message)$/i),
    secrets: [detail['HyperParameters'], detail['Environment']],
    tags: v.tags.parse(detail['Tags']),
    createdAt: v.instant.parse(detail['CreationTime'] ?? detail['creationTime']),
  };
}

/** The text at the first of `keys` that holds some (case does not matter), else at the first key like `pattern`. */
function find(detail: Detail, keys: readonly string[], pattern: RegExp): string | undefined {
  const wanted = keys.map((key) => key.toLowerCase());
  const entries = Object.entries(detail).flatMap(([key, value]): [string, string][] => {
    const line = typeof value === 'string' ? plainText(value, 1024) : '';
    return line === '' ? [] : [[key.replaceAll('-', '').toLowerCase(), line]];
  });
  for (const key of wanted) {
    const exact = entries.find(([name]) => name === key);
    if (exact !== undefined) return exact[1];
  }
  return entries.find(([name]) => pattern.test(name))?.[1];
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

/** `Failed` of `SageMaker Tracking Server Create Failed`; none where the detail-type says only that something changed. */
function statusIn(detailType: string): string | undefined {
  const words = plainText(detailType, LONGEST_DETAIL_TYPE);
  if (CHANGE.test(words)) return undefined;
  return words.match(STATUS)?.at(-1) ?? words.split(' ').at(-1);
}

/** `TrackingServer` of `SageMaker Tracking Server Create Failed`. */
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
