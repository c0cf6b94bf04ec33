/** What the stack has only with a setting of `ground-control.yml`: functions of `serverless.yml` and their resources. */
import * as z from 'zod';
import { readsOutputs } from '../domain/review/loop.ts';
import type { ReviewPolicy } from '../schemas/configuration/review.ts';
import type { TeamsPolicy } from '../schemas/configuration/teams.ts';

interface Settings {
  readonly teams: Pick<TeamsPolicy, 'report' | 'keepDays' | 'live'>;
  readonly review: ReviewPolicy;
  readonly timeZone: string;
}

interface Option {
  readonly isOn: (settings: Settings) => boolean;
  /** By their names in `serverless.yml`. */
  readonly functions: readonly string[];
  /** Logical ids. */
  readonly resources: readonly string[];
  /** The function that sends to it, and the variable that names its queue. */
  readonly sender?: { readonly name: string; readonly variable: string };
}

/** A function of `serverless.yml`; only the fields that this file changes. */
interface Sender {
  environment?: Record<string, unknown>;
  dependsOn?: unknown;
}

const OPTIONS: readonly Option[] = [
  {
    isOn: ({ teams }) => teams.report !== 'off',
    functions: ['teamReport'],
    resources: ['TeamReports', 'TeamReportsPolicy', 'TeamSecret', 'TeamSchedules', 'TeamSchedule', 'TeamScheduleRole'],
  },
  {
    isOn: ({ teams }) => teams.live,
    functions: ['workerActivity'],
    resources: ['WorkerActivityPermission', 'WorkerActivityUnreadableAlarm'],
  },
  {
    isOn: ({ review }) => readsOutputs(review),
    functions: ['review'],
    resources: ['ReviewQueue', 'ReviewQueuePolicy', 'ReviewQueueAlarm'],
    sender: { name: 'humanReview', variable: 'REVIEW_QUEUE_URL' },
  },
];

/** Whether the function called `name` in `serverless.yml` is deployed. */
export const isDeployed = (name: string, settings: Settings): boolean =>
  OPTIONS.every(({ functions, isOn }) => !functions.includes(name) || isOn(settings));

/** Removes from `functions` and `resources` what `settings` switch off. */
export function removeUnwanted(
  functions: Record<string, Sender>,
  resources: Record<string, unknown>,
  settings: Settings,
): void {
  for (const option of OPTIONS) {
    if (option.isOn(settings)) continue;
    for (const name of option.functions) delete functions[name];
    for (const id of option.resources) delete resources[id];
    const sender = option.sender && functions[option.sender.name];
    if (option.sender === undefined || sender === undefined) continue;
    delete sender.environment?.[option.sender.variable];
    // The sender waits for nothing but the functions that read its messages.
    delete sender.dependsOn;
  }
}

/** Seven o'clock, by `teams.report` (EventBridge Scheduler user guide, cron-based schedules). */
const WHEN = { weekly: 'cron(0 7 ? * MON *)', monthly: 'cron(0 7 1 * ? *)' } as const;

/** What `Input` of the schedule says by itself (`schemas/message/team-report.ts`). */
const Target = z.looseObject({ Input: z.string() });
const Resource = z.looseObject({ Properties: z.looseObject({}) });
const Rules = z.object({ Rules: z.tuple([z.looseObject({ ExpirationInDays: z.number() })]) });

/** Sets when the report on teams is made, and for how long it is kept. Does nothing while it is off. */
export function scheduleTeamReport(resources: Record<string, unknown>, { teams, timeZone }: Settings): void {
  if (teams.report === 'off') return;
  const schedule = Resource.parse(resources['TeamSchedule']);
  const target = Target.parse(schedule.Properties['Target']);
  const request = z.looseObject({}).parse(JSON.parse(target.Input));
  resources['TeamSchedule'] = {
    ...schedule,
    Properties: {
      ...schedule.Properties,
      ScheduleExpression: WHEN[teams.report],
      ScheduleExpressionTimezone: timeZone,
      // A retry or redrive makes the report that was scheduled, also after another deployment.
      Target: { ...target, Input: JSON.stringify({ ...request, report: teams.report, timeZone }) },
    },
  };
  const bucket = Resource.parse(resources['TeamReports']);
  const [rule] = Rules.parse(bucket.Properties['LifecycleConfiguration']).Rules;
  resources['TeamReports'] = {
    ...bucket,
    Properties: {
      ...bucket.Properties,
      LifecycleConfiguration: { Rules: [{ ...rule, ExpirationInDays: teams.keepDays }] },
    },
  };
}
