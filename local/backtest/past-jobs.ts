/** Reconstructs past jobs from their events. */
import { judge } from '../../domain/change/outcome.ts';
import type { Pause } from '../../schemas/event/pauses.ts';
import { BUDGETED_JOBS } from '../../schemas/event/priced-jobs.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import { agree, counted } from '../../schemas/text/count.ts';
import type { Input } from '../play/input.ts';

/** One past job. `change.startedAt` is absent when no event says when the job started. */
export interface PastJob {
  /** The job at its last event, completed from earlier events. */
  readonly change: StateChange;
  /** The training jobs of a tuning job. */
  readonly children: readonly StateChange[];
}

export interface Past {
  readonly jobs: readonly PastJob[];
  /** How many events were read, about jobs or not. */
  readonly events: number;
  /** When the last event of a job was sent. Jobs that had not ended are followed until then. */
  readonly until: Date;
  /** Lines that say which input was left out, and why. */
  readonly leftOut: readonly string[];
}

/** The jobs in these events. Only jobs that are charged by the hour. */
export function pastOf({ sources, unreadable }: Input): Past {
  const changes = new Map<string, StateChange>();
  let events = 0;
  let until = 0;
  const leftOut = [...unreadable];
  for (const { file, event } of sources) {
    if (typeof event !== 'object' || event === null) {
      leftOut.push(`${file}: is not an event; it is skipped`);
      continue;
    }
    events++;
    for (const schema of Object.values(BUDGETED_JOBS)) {
      const { data: change } = schema.safeParse(event);
      if (change === undefined) continue;
      until = Math.max(until, change.event.at?.getTime() ?? 0);
      const key = `${change.resource.arn ?? change.resource.name}|${change.createdAt?.getTime() ?? 0}`;
      const before = changes.get(key);
      const isLast = before === undefined || isLater(change, before);
      changes.set(key, isLast ? merged(change, before) : merged(before, change));
    }
  }
  const all = [...changes.values()];
  const children = new Map<string, StateChange[]>();
  for (const change of all) {
    if (change.parentArn !== undefined)
      children.set(change.parentArn, [...(children.get(change.parentArn) ?? []), change]);
  }
  const jobs = all.flatMap((change) =>
    change.parentArn === undefined ? [{ change, children: children.get(change.resource.arn ?? '') ?? [] }] : [],
  );
  const known = new Set(jobs.map(({ change }) => change.resource.arn));
  const orphans = all.filter(({ parentArn }) => parentArn !== undefined && !known.has(parentArn));
  if (orphans.length > 0) {
    const jobs = counted(orphans.length, 'training job');
    leftOut.push(
      agree(
        orphans.length,
        `${jobs} belongs to a tuning job without an event; it is skipped`,
        `${jobs} belong to tuning jobs without an event; they are skipped`,
      ),
    );
  }
  return { jobs, events, until: new Date(until), leftOut };
}

const runs = (change: StateChange) => judge(change).outcome === 'running';

/** Whether `change` is newer than `before`. An end is always newer than a running job, whatever their times. */
function isLater(change: StateChange, before: StateChange): boolean {
  if (runs(change) !== runs(before)) return runs(before);
  return (change.event.at?.getTime() ?? 0) >= (before.event.at?.getTime() ?? 0);
}

/** `last`, with facts that it lacks taken from `other`. */
const merged = (last: StateChange, other: StateChange | undefined): StateChange => ({
  ...last,
  startedAt: last.startedAt ?? other?.startedAt,
  endedAt: last.endedAt ?? (runs(last) ? undefined : last.event.at),
  instances: last.instances.length > 0 ? last.instances : (other?.instances ?? []),
  tags: last.tags.size > 0 ? last.tags : (other?.tags ?? last.tags),
});

/**
 * The job as it would be if stopped at `at`. Billed seconds are scaled to the shorter time: spot capacity bills only a
 * share.
 */
export function stoppedAt(change: StateChange, at: Date): StateChange {
  const { billing, startedAt, endedAt } = change;
  const cut = { ...runningAt(change, at), status: 'Stopped', endedAt: at };
  if (billing?.billableSeconds === undefined || startedAt === undefined || endedAt === undefined) return cut;
  const share = (at.getTime() - startedAt.getTime()) / Math.max(1, endedAt.getTime() - startedAt.getTime());
  const part = (seconds: number | undefined) => (seconds === undefined ? undefined : Math.ceil(seconds * share));
  const { billableSeconds, trainedSeconds } = billing;
  const known = { billableSeconds: part(billableSeconds), trainedSeconds: part(trainedSeconds) };
  return { ...cut, billing: { ...billing, ...cut.billing, ...known } };
}

/** The job as it ran at `now`, without the facts that SageMaker reports only at the end. */
export function runningAt(change: StateChange, now: Date): StateChange {
  const { billing } = change;
  if (billing === undefined) return { ...change, status: 'InProgress', endedAt: undefined };
  const {
    billableSeconds: _billed,
    trainedSeconds: _trained,
    retainedSeconds: _retained,
    pauses = [],
    ...known
  } = billing;
  const past = pauses.flatMap(({ from, to }): Pause[] =>
    from > now ? [] : [{ from, to: to !== undefined && to <= now ? to : undefined }],
  );
  return { ...change, status: 'InProgress', endedAt: undefined, billing: { ...known, pauses: past } };
}
