/** The alert about a workflow in which people agree with the model less than expected. */
import type { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';
import type { Detail, StateChange } from '../../schemas/event/state-change.ts';
import { lookUp } from '../../schemas/look-up.ts';
import { counted } from '../../schemas/text/count.ts';
import type { NotifyAction } from '../action.ts';
import { type Alert, mayQuote } from '../alert/alert.ts';
import { renderNotice } from '../alert/render/notice.ts';
import { changeAbout } from '../change/about.ts';
import { ownerOf } from '../change/owner.ts';
import { type DaySums, tallyOfDays } from './day-sums.ts';
import { ENOUGH_ANSWERS, linesOf, type ReviewLine } from './summary.ts';

const DAY = 86_400_000;

/** The first and the last day (UTC) of the window that ends at `now`. */
export function windowOf(now: Date, windowDays: number): { readonly from: string; readonly to: string } {
  return { from: dayIn(new Date(now.getTime() - (windowDays - 1) * DAY)), to: dayIn(now) };
}

/** The day of `time` in UTC: `2026-11-22`. */
export const dayIn = (time: Date): string => time.toISOString().slice(0, 10);

type Settings = Pick<FunctionConfiguration, 'review' | 'timeZone' | 'chat' | 'tags' | 'reasons'>;

/**
 * The notice that even the upper bound of the agreement over `days` is below the level of `flow`; absent when it is not,
 * or nobody can tell. People get it at most once a week (from Monday, UTC) for each flow and level. `change` is the loop
 * that ended last: the notice goes to its owner.
 */
export function belowLevelNotice(
  flow: string,
  days: readonly DaySums[],
  change: StateChange,
  now: Date,
  settings: Settings,
): NotifyAction | undefined {
  const level = lookUp(settings.review.flows, flow)?.level;
  if (level === undefined) return undefined;
  const lines = linesOf(tallyOfDays(flow, days), level);
  const below = lines.find((line): line is Below => line.isBelowLevel === true && line.agreement !== null);
  if (below === undefined) return undefined;
  const place = [change.account, change.region].map((part) => part ?? 'unknown').join('|');
  const resource = `human-review-workflow|${place}|${flow}`;
  const id = `review|${resource}|${level}|${mondayOf(now)}`;
  return {
    kind: 'notify',
    key: `notify|${id}`,
    resource,
    isShared: true,
    notice: renderNotice(alertOf(id, { below, lines, level, flow }, change, now, settings), settings),
    numbers: {
      Answers: String(below.n),
      Agreement: percent(below.agreement),
      'Interval (95 %)': interval(below),
      Level: `${level} %`,
    },
  };
}

type Below = ReviewLine & { readonly agreement: number; readonly low: number; readonly high: number };

interface News {
  readonly below: Below;
  readonly lines: readonly ReviewLine[];
  readonly level: number;
  readonly flow: string;
}

function alertOf(
  id: string,
  { below, lines, level, flow }: News,
  change: StateChange,
  now: Date,
  settings: Settings,
): Alert {
  const days = settings.review.windowDays;
  const { family, account, region, partition } = change;
  return {
    outcome: 'review',
    severity: 'warning',
    status: undefined,
    label: 'BELOW LEVEL',
    change: changeAbout({
      event: { id: undefined, detailType: 'review of human loops', at: now },
      ...{ family, account, region, partition },
      resource: { type: 'human-review-workflow', name: flow, arn: undefined },
      details: mayQuote(settings) ? worstFields(lines, below) : [],
    }),
    id,
    summary: `people agree ${percent(below.agreement)} of the time`,
    headline: `Human review workflow ${flow}: people agree with the model less than the ${level} % that you expect.`,
    cause: {
      code: 'agreement-below-level',
      cause:
        `In the last ${counted(days, 'day')}, people agreed with the model in ${percent(below.agreement)} of ` +
        `${counted(below.n, 'answer')}, and at most ${percent(below.high)} is likely (95 % interval ` +
        `${interval(below)}). ${below.estimatesAccuracy ? SAMPLED : CHOSEN_BY_YOU} The numbers say that people and ` +
        'model differ, not who is wrong.',
      nextStep:
        'Look at the fields in which they differ. ' +
        `To see them: npm run --silent review -- --stage <stage> --flow ${flow}. ` +
        'Then ask what changed: the model, the inputs, or the instructions of the workers.',
      retry: undefined,
    },
    reason: undefined,
    owner: ownerOf(change.tags, settings.tags),
    durationSeconds: undefined,
    cost: undefined,
    links: { console: undefined, logs: undefined },
  };
}

const SAMPLED = "They are a random sample, so this estimates the model's accuracy.";
const CHOSEN_BY_YOU =
  "Your own code began these loops: this is the model's accuracy only if it chose the objects at random.";

const MOST_FIELDS = 5;

/** The fields with the lowest agreement, of those that are asked about as often as an alert needs. */
function worstFields(lines: readonly ReviewLine[], { reason }: Below): Detail[] {
  return lines
    .filter((line) => line.kind === 'field' && line.reason === reason && line.n >= ENOUGH_ANSWERS)
    .toSorted((one, other) => (one.agreement ?? 1) - (other.agreement ?? 1))
    .slice(0, MOST_FIELDS)
    .map(({ field, n, agreement }) => ({
      label: field ?? '',
      value: `${percent(agreement ?? 0)} of ${counted(n, 'answer')} agree`,
    }));
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
const interval = ({ low, high }: Below): string => `${Math.round(low * 100)}-${Math.round(high * 100)} %`;

/** The Monday (UTC) of the week of `time`. */
function mondayOf(time: Date): string {
  const sinceMonday = (time.getUTCDay() + 6) % 7;
  return dayIn(new Date(time.getTime() - sinceMonday * DAY));
}
