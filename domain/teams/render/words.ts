/** Words that the text and the page of `workers` share. */
import { agree, counted } from '../../../schemas/text/count.ts';
import { formatDuration } from '../../../schemas/text/duration.ts';
import { plainText } from '../../../schemas/text/plain-text.ts';
import { formatTime } from '../../alert/render/time.ts';
import type { Figures } from '../figures.ts';
import { daysIn } from '../period.ts';
import type { GroupFigures, Report, TeamReport } from '../report.ts';
import { LEAST_WORKERS } from '../suppression.ts';

import type { WorkerReport } from '../worker-reports.ts';

import { shareOf } from './records.ts';

export const UNKNOWN = 'unknown';
const HIDDEN = 'hidden';

/** In place of a figure that is absent. `ofTeam`: the same figure of the whole team. */
export const absentText = (ofTeam: unknown, isHidden: boolean): string =>
  isHidden && ofTeam !== undefined ? HIDDEN : '-';

/**
 * The median and p90 of wall time, those of active time, and how many tasks were declined and returned: the figures of a
 * job or a worker. `whole` are those of the team.
 */
export function figureTexts(
  { wall, active, declined, returned }: Figures,
  whole: Figures,
  isHidden: boolean,
): string[] {
  const text = <T>(figure: T | undefined, ofTeam: unknown, write: (figure: T) => string) =>
    figure === undefined ? absentText(ofTeam, isHidden) : write(figure);
  return [
    text(wall?.median, whole.wall, secondsText),
    text(wall?.p90, whole.wall, secondsText),
    text(active?.median, whole.active, secondsText),
    text(active?.p90, whole.active, secondsText),
    text(declined, whole.declined, String),
    text(returned, whole.returned, String),
  ];
}

/** What an outlier is, and what it is not. */
export const OUTLIERS =
  "The worker's median wall time is far from the team's (modified z-score above 3.5). The figures do not say why: " +
  'tasks differ, and breaks count.';

/** `4.5 s`, `12 m 30 s`, `3 h 12 m`. */
export const secondsText = (seconds: number): string =>
  seconds < 60 ? `${Number(seconds.toFixed(1))} s` : formatDuration(seconds);

/** ` (+20 %)`, or nothing when the change is not known. */
export function changeText(change: number | undefined): string {
  if (change === undefined) return '';
  const percent = Math.round(change * 100);
  return ` (${percent > 0 ? '+' : ''}${percent} %)`;
}

/** `2 (3.2 %)`. */
export function rateText(part: number | undefined, figures: Figures): string {
  if (part === undefined) return UNKNOWN;
  const share = shareOf(part, figures);
  return `${part}${share === null ? '' : ` (${Number((share * 100).toFixed(1))} %)`}`;
}

/** `08-17, 22`: the hours in which something was submitted, as ranges of hours. */
export function hoursText(hours: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const hour of hours) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === hour - 1) last[1] = hour;
    else ranges.push([hour, hour]);
  }
  const two = (hour: number) => String(hour).padStart(2, '0');
  return ranges.map(([from, to]) => (from === to ? two(from) : `${two(from)}-${two(to)}`)).join(', ') || 'none';
}

export const idleText = (seconds: number | undefined): string =>
  seconds === undefined ? UNKNOWN : seconds === 0 ? 'less than a minute' : formatDuration(seconds);

export const nameOf = ({ name }: { readonly name: string }): string => plainText(name, 100) || '(no team)';

/** `Labeling teams, 2026-11-09 to 2026-11-15 (7 days, UTC)`. */
export function titleOf({ period }: Report): string {
  const { firstDay, lastDay, timeZone } = period;
  return `Labeling teams, ${firstDay} to ${lastDay} (${counted(daysIn(period), 'day')}, ${timeZone})`;
}

/** Why there is nothing to report; absent when there is something. */
export function whyNothing({ teams, collected }: Report): string | undefined {
  if (teams.length > 0) return undefined;
  const { counted: inTime, copies, outside, unknownTypes } = collected;
  return inTime + copies + outside + unknownTypes.size === 0
    ? 'No log entry was read, so nothing is known of these days.'
    : 'No team did anything in these days.';
}

/** `w1a2b3c4d`, or `Jane Doe (w1a2b3c4d)` with names. */
export const workerText = ({ name, pseudonym }: Pick<WorkerReport, 'name' | 'pseudonym'>): string =>
  name === undefined ? pseudonym : `${name} (${pseudonym})`;

/** What the reader has to know about names; nothing when no user pool was asked, or none answered. */
export function notesOnNames({ teams }: Report, hasNames: boolean): string[] {
  const workers = teams.flatMap((team) => team.workers);
  if (!hasNames || workers.length === 0) return [];
  const nameless = workers.filter(({ name }) => name === undefined).length;
  return [
    'Names are from Amazon Cognito. They show whose each pseudonym is, also in other reports with names that were made ' +
      'with the same secret. Reports without names have other pseudonyms.',
    ...(nameless === 0
      ? []
      : [`${counted(nameless, 'worker')} ${agree(nameless, 'has', 'have')} no name in the user pools.`]),
  ];
}

/** Why the workers of a team are not shown; absent when they are. */
export function whyNoWorkers({ workerCount, whyNoWorkers: why }: TeamReport): string | undefined {
  if (why === 'uncertain')
    return (
      'Some entries have a sub only, others a worker id only, and none links the two: who is the same person is not ' +
      'certain, so no workers are shown.'
    );
  return why === undefined || workerCount === 0
    ? undefined
    : `Fewer than ${LEAST_WORKERS} workers: only figures of the whole team are shown.`;
}

/** `6 workers`, or `at least 6 workers` when some ids may be of the same person. */
export const workersText = ({ workerCount, mayBeMore }: TeamReport): string =>
  `${mayBeMore ? 'at least ' : ''}${counted(workerCount, 'worker')}`;

/** Why figures of jobs are not shown; absent when all are. */
export const jobsHidden = ({ jobs }: TeamReport): string | undefined =>
  jobs.some(({ isHidden }) => isHidden)
    ? `${HIDDEN}: these figures may be about fewer than ${LEAST_WORKERS} workers, or would reveal such figures.`
    : undefined;

/** Why figures of workers are not shown; absent when all are. */
export const workersHidden = ({ workers }: TeamReport): string | undefined =>
  workers.some(({ isHidden }) => isHidden)
    ? `${HIDDEN}: these figures would be those of jobs of fewer than ${LEAST_WORKERS} workers, or would reveal such figures.`
    : undefined;

/** Where worker responses were looked for: in folders of a machine, or below the `teams.outputs` of a stage. */
export type ResponsesFrom = 'folders' | 'outputs';

/**
 * What the reader has to know to judge the figures. `isRandom`: no secret was given for the pseudonyms. `responses`: how
 * many worker-response files were read; absent when nobody looked for them.
 */
export function notesOn(
  { collected, period, teams }: Report,
  isRandom: boolean,
  responses: number | undefined,
  from: ResponsesFrom = 'folders',
): string[] {
  const { copies, outside, unknownTypes, withoutWall, withoutWorker, earliest, answers, answersWithoutJob } = collected;
  const types = [...unknownTypes].map(([type, count]) => `${type} (${count})`).join(', ');
  const active = teams.flatMap((team): GroupFigures[] => [team, ...team.jobs]).some((one) => one.active !== undefined);
  const isCompared = teams.some(({ change }) => change.tasks !== undefined);
  const isCovered = !isCompared || earliest === undefined || earliest - period.before < DAY;
  return [
    'Wall time is submitted minus accepted by the log, breaks included. Active time is from worker responses, ' +
      'without breaks. The two are never mixed.',
    ...(isRandom
      ? ['Pseudonyms were made with a random secret: they cannot be compared with other reports. Give --secret-file.']
      : []),
    ...(teams.length > 0 && !collected.kinds.has('declined') && !collected.kinds.has('returned')
      ? ['The log has no entries about declined and returned tasks, so their numbers are unknown.']
      : []),
    ...(isCovered
      ? []
      : [
          `The first entry is of ${formatTime(new Date(earliest), period.timeZone)}, within the period before. If ` +
            'earlier entries are missing, changes look too large.',
        ]),
    ...(copies === 0
      ? []
      : [`${counted(copies, 'copy', 'copies')} of entries ${agree(copies, 'was', 'were')} left out.`]),
    ...(outside === 0
      ? []
      : [`${counted(outside, 'entry', 'entries')} ${agree(outside, 'is', 'are')} of other days, and left out.`]),
    ...(withoutWall === 0
      ? []
      : [`${counted(withoutWall, 'task')} ${agree(withoutWall, 'has', 'have')} no wall time that is possible.`]),
    ...(withoutWorker === 0
      ? []
      : [`${counted(withoutWorker, 'task')} ${agree(withoutWorker, 'does', 'do')} not say which worker did them.`]),
    ...(types === '' ? [] : [`Types of entries that are not known were left out: ${plainText(types, 300)}.`]),
    ...(answersWithoutJob === 0
      ? []
      : [
          `${counted(answersWithoutJob, 'answer')} could not be given to one job of the log.${
            from === 'outputs' ? '' : ` ${GIVE_JOB}`
          }`,
        ]),
    ...(responses !== undefined && answers > answersWithoutJob && !active
      ? ['Active times of so few workers are not shown for teams and jobs.']
      : []),
    ...(responses === undefined || answers > 0
      ? []
      : responses === 0
        ? from === 'outputs'
          ? []
          : [NO_RESPONSES]
        : [`No answer in ${counted(responses, 'worker-response file')} has an active time within these days.`]),
  ];
}

const GIVE_JOB =
  'If the path of a folder does not have <job>/annotations/worker-response, give --responses <job>=<folder>.';
const NO_RESPONSES =
  'No worker-response files were found: give a folder that has <job>/annotations/worker-response, or give ' +
  '--responses <job>=<folder>.';
/** A warning, so that the mail has it, too. */
export const NO_OUTPUTS =
  'teams.outputs of ground-control.yml is set, but no worker-response files of these days and jobs were found below it, ' +
  'so active times are unknown.';

const DAY = 86_400_000;
