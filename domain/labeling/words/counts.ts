/** How many objects of a labeling job have labels, and what happened to the others. */
import type { LabelingPolicy } from '../../../schemas/configuration/labeling.ts';
import type { Detail } from '../../../schemas/event/state-change.ts';
import { agree } from '../../../schemas/text/count.ts';
import { plainText } from '../../../schemas/text/plain-text.ts';
import { hideSecrets } from '../../../schemas/text/secrets.ts';
import { formatUsd } from '../../cost/money.ts';
import { linkPriceOf, obstacleTo } from '../chain.ts';
import { leftOf, missingCounters, sum } from '../end.ts';
import type { EndedLabeling } from '../facts.ts';
import { linkOf } from '../link.ts';
import type { LinkPrice } from '../price.ts';
import type { LineFault, Progress } from '../progress.ts';

/** A count for people: `6,252`. */
export const number = (count: number) => count.toLocaleString('en-US');

/** `1 object`, `6,252 objects`. */
export const objects = (count: number) => `${number(count)} ${agree(count, 'object', 'objects')}`;

/** `1 line`, `6,252 lines`. */
export const lines = (count: number) => `${number(count)} ${agree(count, 'line', 'lines')}`;

/** Counts are absent when nobody knows them. */
export interface Counts {
  readonly labeled: number | undefined;
  readonly left: number | undefined;
  readonly all: number | undefined;
}

/** The counts of the output manifest, or the job's own counts if there is no readable manifest. */
export function countsOf({ job, progress }: EndedLabeling): Counts {
  const labeled = progress?.labeled ?? job.LabelCounters.TotalLabeled;
  const left = progress === undefined ? leftOf(job) : progress.untouched + progress.failed;
  return { labeled, left, all: sum(labeled, left) };
}

const MOST_REASONS = 3;
const LONGEST_REASON = 80;

/** The counts for the alert and the audit. */
export function numbersOf(facts: EndedLabeling, policy: LabelingPolicy): Detail[] {
  const { job, progress, tasks, verdict } = facts;
  const { labeled, left, all } = countsOf(facts);
  const parts = [
    progress !== undefined && progress.untouched > 0 ? `${number(progress.untouched)} without a result` : '',
    progress !== undefined && progress.failed > 0 ? `${number(progress.failed)} failed, expired or declined` : '',
  ].filter((part) => part !== '');
  const reasons = [...(progress?.reasons ?? [])]
    .slice(0, MOST_REASONS)
    .map(([reason, times]) => `${plainText(hideSecrets(reason), LONGEST_REASON)} (${number(times)})`);
  const told = Object.entries(tasks)
    .filter(([, times]) => times > 0)
    .map(([state, times]) => `${number(times)} ${state.toLowerCase()}`);
  const link = linkOf(job);
  const missing = missingCounters(job);
  const rows: readonly (readonly [string, string])[] = [
    ['Labeled', labeledWords(labeled, all)],
    ['Left', left === undefined ? 'unknown' : left === 0 ? '' : parts.join(', ') || number(left)],
    ['Counters', missing.length === 0 ? '' : `SageMaker does not report ${listed(missing)}`],
    ['Reasons', reasons.join('; ')],
    [
      'Unreadable',
      progress === undefined || progress.broken === 0
        ? ''
        : `${lines(progress.broken)} of its output: ${lineFaults(progress)}`,
    ],
    ['Tasks', told.join(', ')],
    ['Link', link === 0 ? '' : `${link} of at most ${policy.mostLinks}`],
    ['Next link', costWords(verdict.price ?? priceByHand(facts, policy))],
    [
      'Output',
      verdict.kind === 'leave' && verdict.why === 'finished' ? '' : (job.LabelingJobOutput?.OutputDatasetS3Uri ?? ''),
    ],
  ];
  return rows.flatMap(([label, value]) => (value === '' ? [] : [{ label, value: plainText(value, 500) }]));
}

/** What it costs if people chain the job: the advice of many alerts. Absent if that is of no use. */
function priceByHand({ job, progress, successor, verdict }: EndedLabeling, policy: LabelingPolicy) {
  const isOver = successor !== undefined || verdict.end === 'finished' || verdict.end === 'limited';
  if (isOver || progress === undefined || obstacleTo(job, progress) !== undefined) return undefined;
  const price = linkPriceOf(job, progress, policy);
  return price.objects === 0 ? undefined : price;
}

/** What the next link costs, for the audit too. The formula is in the text of the alert. */
const costWords = (price: LinkPrice | undefined): string => {
  if (price === undefined) return '';
  return price.total === undefined ? 'cost unknown' : `costs at most ${formatUsd(price.total)}`;
};

function labeledWords(labeled: number | undefined, all: number | undefined): string {
  if (labeled === undefined) return 'unknown';
  return `${number(labeled)} of ${all === undefined ? 'an unknown number' : number(all)}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(parts: readonly (string | number)[]): string {
  const before = parts.slice(0, -1).join(', ');
  return `${before}${before === '' ? '' : ' and '}${parts.at(-1) ?? ''}`;
}

const FAULTS: readonly (readonly [LineFault, string])[] = [
  ['not-json', 'not JSON'],
  ['no-object', 'without an object'],
  ['too-long', 'too long'],
];

/** What is wrong with the lines that cannot be read, and where: `1 not JSON, 1 too long; lines 4 and 17`. */
export function lineFaults({ broken, faults, firstBroken }: Progress): string {
  const parts = FAULTS.flatMap(([fault, words]) => (faults[fault] === 0 ? [] : [`${number(faults[fault])} ${words}`]));
  const where = broken > firstBroken.length ? 'the first are lines' : agree(broken, 'line', 'lines');
  return `${parts.join(', ')}; ${where} ${listed(firstBroken)}`;
}
