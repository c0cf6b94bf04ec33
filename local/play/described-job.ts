/**
 * Derives a simulated job from an event, so that the embedded SageMaker can describe it when the budget function asks.
 */
import { judge } from '../../domain/change/outcome.ts';
import { BUDGETED } from '../../schemas/configuration/budgets.ts';
import { BUDGETED_JOBS } from '../../schemas/event/priced-jobs.ts';
import * as v from '../../schemas/event/values.ts';
import type { SimulatedResource } from '../embedded-aws/resource.ts';

/** The job of `event` as SageMaker would describe it then; absent unless the job is charged by the hour. */
export function describedJob(event: unknown): SimulatedResource | undefined {
  for (const type of BUDGETED) {
    const { data: change } = BUDGETED_JOBS[type].safeParse(event);
    const { arn, name } = change?.resource ?? {};
    if (change === undefined || arn === undefined || name === undefined) continue;
    const at = change.event.at ?? new Date();
    return {
      type,
      name,
      arn,
      status: judge(change).status ?? '',
      createdAt: change.createdAt ?? at,
      modifiedAt: change.modifiedAt ?? at,
      tags: Object.fromEntries(change.tags),
      detail: Object.fromEntries(Object.entries(detailOf(event)).map(([key, value]) => [key, inSeconds(key, value)])),
    };
  }
  return undefined;
}

function detailOf(event: unknown): Record<string, unknown> {
  const detail: unknown = typeof event === 'object' && event !== null && 'detail' in event ? event.detail : undefined;
  return typeof detail === 'object' && detail !== null ? { ...detail } : {};
}

/**
 * `value` with all times in seconds, as in answers of the API. Events contain times in milliseconds or as text. A time
 * that cannot be read is left out.
 */
function inSeconds(key: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((entry) => inSeconds(key, entry));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, inSeconds(name, child)]));
  if (!key.endsWith('Time')) return value;
  const instant = v.instant.parse(value);
  return instant && instant.getTime() / 1000;
}
