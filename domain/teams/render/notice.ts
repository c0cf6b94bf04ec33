/**
 * The notice that a report on labeling teams is made. It says what changed for each team, and nothing about workers: it
 * goes to everybody who gets alerts, and the page only to those who may read the bucket.
 */
import type { FunctionConfiguration } from '../../../schemas/configuration/compiled.ts';
import type { Detail, StateChange } from '../../../schemas/event/state-change.ts';
import { counted } from '../../../schemas/text/count.ts';
import type { NotifyAction } from '../../action.ts';
import type { Alert } from '../../alert/alert.ts';
import { objectLink } from '../../alert/links.ts';
import { renderNotice } from '../../alert/render/notice.ts';
import { changeAbout } from '../../change/about.ts';
import { daysIn } from '../period.ts';
import type { Report, TeamReport } from '../report.ts';
import { LEAST_WORKERS } from '../suppression.ts';
import { keyOf, nameOfReport } from './files.ts';
import { changeText, nameOf, rateText, secondsText, UNKNOWN, whyNothing } from './words.ts';

/** Where a report is stored, and for which stage of Ground Control. */
export interface StoredAt {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly stage: string;
  readonly bucket: string;
}

/** Teams that the mail has a line for; the page has all. */
const MOST_TEAMS = 30;

type Settings = Pick<FunctionConfiguration, 'chat' | 'timeZone'>;

/** The notice about a stored report. People get it once for each period. `warnings`: what is missing in the report. */
export function reportNotice(
  report: Report,
  warnings: readonly string[],
  at: StoredAt,
  now: Date,
  settings: Settings,
): NotifyAction {
  const resource = `team-report|${nameOfReport(report.period)}`;
  const alert = reportAlert(resource, report, warnings, at, now);
  return {
    kind: 'notify',
    key: `notify|${resource}`,
    resource,
    isShared: true,
    notice: renderNotice(alert, settings),
    numbers: { teams: String(report.teams.length), tasks: String(tasksIn(report)) },
  };
}

function reportAlert(id: string, report: Report, warnings: readonly string[], at: StoredAt, now: Date): Alert {
  const name = nameOfReport(report.period);
  const key = keyOf(name, 'report.html');
  return {
    outcome: 'labeling',
    severity: 'info',
    status: undefined,
    label: 'LABELING TEAMS',
    change: aboutReport(report, at, now),
    id,
    summary: `${counted(report.teams.length, 'team')}, ${counted(tasksIn(report), 'task')}`,
    headline: headline(report),
    cause: {
      code: 'labeling-report',
      cause: [whyNothing(report) ?? COMPARED(daysIn(report.period)), ...warnings].join(' '),
      nextStep: 'Read the page. The same figures are beside it in S3, as CSV and as JSON lines.',
      commands: [
        {
          does: 'Print a link to the page, which works for an hour',
          command: `npm run --silent workers -- --stage ${at.stage} --region ${at.region} --open ${name}`,
        },
      ],
      retry: undefined,
    },
    reason: undefined,
    owner: { owner: 'unknown', team: 'unknown', project: 'unknown' },
    isForAll: true,
    durationSeconds: undefined,
    cost: undefined,
    links: { console: objectLink({ ...at, key }), logs: undefined },
  };
}

const COMPARED = (days: number) =>
  `Changes in brackets compare with the ${days === 1 ? 'day' : `${days} days`} before. Wall time is from accepting to ` +
  'submitting a task, breaks included. Figures of single workers are not in this message.';

const tasksIn = ({ teams }: Report): number => teams.reduce((sum, { tasks }) => sum + tasks, 0);

function headline(report: Report): string {
  const { firstDay, lastDay } = report.period;
  const who = counted(report.teams.length, 'labeling team');
  return `From ${firstDay} to ${lastDay}, ${who} submitted ${counted(tasksIn(report), 'task')}.`;
}

function teamFacts({ teams }: Report): Detail[] {
  const more = teams.length - MOST_TEAMS;
  return [
    ...teams.slice(0, MOST_TEAMS).map((team) => ({ label: 'Labeling team', value: teamWords(team) })),
    ...(more > 0 ? [{ label: 'And', value: `${counted(more, 'more team')}, in the page` }] : []),
  ];
}

/**
 * `signs: 120 tasks (+20 %), median wall time 35 s (-10 %), declined 3 (2.4 %)`. The times of fewer than five workers
 * would be those of single people, so a mail to many has none of them.
 */
function teamWords(team: TeamReport): string {
  const { tasks, change, wall, workerCount } = team;
  const what = `${nameOf(team)}: ${counted(tasks, 'task')}${changeText(change.tasks)}`;
  if (workerCount < LEAST_WORKERS)
    return `${what}; no times, because fewer than ${LEAST_WORKERS} workers submitted tasks`;
  const median = wall === undefined ? UNKNOWN : `${secondsText(wall.median)}${changeText(change.medianWall)}`;
  const declined = team.declined === undefined ? '' : `, declined ${rateText(team.declined, team)}`;
  return `${what}, median wall time ${median}${declined}`;
}

/** A change whose resource is the report. */
function aboutReport(report: Report, { partition, region, account, bucket }: StoredAt, now: Date): StateChange {
  const { firstDay, lastDay } = report.period;
  return {
    ...changeAbout({
      event: { id: undefined, detailType: 'team report', at: now },
      family: 'labeling-job',
      account,
      region,
      partition,
      resource: { type: 'report', name: `${firstDay} to ${lastDay}`, arn: undefined },
      details: teamFacts(report),
    }),
    outputS3Uri: `s3://${bucket}/${keyOf(nameOfReport(report.period), 'report.html')}`,
  };
}
