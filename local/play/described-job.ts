/**
 * Derives a simulated job from an event, so that the embedded SageMaker can describe it when the budget function asks.
 */
import { judge } from '../../domain/change/outcome.ts';
import { BUDGETED } from '../../schemas/configuration/budgets.ts';
import { BUDGETED_JOBS } from '../../schemas/event/priced-jobs.ts';
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
      detail: inSeconds(detailOf(event)),
    };
  }
  return undefined;
}

function detailOf(event: unknown): Record<string, unknown> {
  const detail: unknown = typeof event === 'object' && event !== null && 'detail' in event ? event.detail : undefined;
  return typeof detail === 'object' && detail !== null ? { ...detail } : {};
}

/** Events contain times in milliseconds, answers of the API in seconds. */
function inSeconds(detail: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(detail).map(([key, value]) => [
      key,
      key.endsWith('Time') && typeof value === 'number' && value > 1e11 ? value / 1000 : value,
    ]),
  );
}
