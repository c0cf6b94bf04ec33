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
import { mondayOf, windowOf } from './days.ts';
import { byObject, ENOUGH, isSurelyBelow } from './level.ts';
import { type Share, Z_999 } from './measures/wilson.ts';
import { linesOf, type ReviewLine } from './summary.ts';

type Settings = Pick<FunctionConfiguration, 'review' | 'timeZone' | 'chat' | 'tags' | 'reasons'>;

/**
 * The notice that even the upper bound of the agreement over `days` is below the level of `flow`; absent when it is
 * not, or when there are too few answers. The interval is one of 99.9 %, because every loop is checked: one of 95 %
 * would give wrong notices every year, even where people agree more than expected. People get it at most once a week
 * (from Monday, UTC) for each flow and level. `change` is the loop that ended last: the notice goes to its owner.
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
  const line = lines.find((one) => one.isBelowLevel !== null && isSurelyBelow(one, level, Z_999));
  const share = line && byObject(line, Z_999);
  if (line === undefined || share === undefined || share === null) return undefined;
  const below: Below = { ...line, ...share };
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
      Objects: String(below.objects),
      Agreement: percent(below.share),
      'Interval (99.9 %)': interval(below),
      Level: `${level} %`,
    },
  };
}

/** The line, with the interval of the alert in place of its own. */
type Below = ReviewLine & Share;

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
    summary: `people agree ${percent(below.share)} of the time`,
    headline: `Human review workflow ${flow}: people agree with the model less than the ${level} % that you expect.`,
    cause: {
      code: 'agreement-below-level',
      cause:
        `In the last ${counted(days, 'day')}, people agreed with the model in ${percent(below.share)} of ` +
        `${counted(below.n, 'answer')} about ${counted(below.objects ?? 0, 'object')}. The true share is almost ` +
        `certainly at most ${percent(below.high)} (99.9 % interval ${interval(below)}, each object counted once). ${below.estimatesAccuracy ? SAMPLED : CHOSEN_BY_YOU} The numbers say that people and ` +
        'model differ, not who is wrong.',
      nextStep:
        'Look at the fields in which they differ. ' +
        `To see them: npm run --silent review -- --stage <stage> --flow ${flow} --from ${windowOf(now, days).from}. ` +
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

/** The fields with the lowest agreement, among those with enough answers for an alert. */
function worstFields(lines: readonly ReviewLine[], { reason }: Below): Detail[] {
  return lines
    .filter((line) => line.kind === 'field' && line.reason === reason && line.n >= ENOUGH)
    .toSorted((one, other) => (one.agreement ?? 1) - (other.agreement ?? 1))
    .slice(0, MOST_FIELDS)
    .map(({ field, n, agreement }) => ({
      label: field ?? '',
      value: `${percent(agreement ?? 0)} of ${counted(n, 'answer')} agree`,
    }));
}

const percent = (share: number): string => `${rounded(share)} %`;
const interval = ({ low, high }: Below): string => `${rounded(low)}-${rounded(high)} %`;
/** Percent with at most one decimal: whole numbers could show the level itself. */
const rounded = (share: number): number => Number((share * 100).toFixed(1));
