/** The months of budgets in memory instead of the table. */
import type { CountedJob, Months } from '../../adapters/dynamodb/months.ts';
import type { JobRef } from '../../domain/budget/job.ts';
import {
  type LineId,
  type Role,
  type Share,
  type ShareChange,
  type Sums,
  sumOf,
} from '../../domain/budget/month/line.ts';
import type { MonthLine } from '../../domain/budget/month/month.ts';

/** One month of one budget. */
interface Month {
  readonly id: LineId;
  readonly jobs: Map<string, { readonly job: JobRef; readonly share: Share }>;
  readonly told: Set<string>;
  revision: number;
  lookAt: Date | undefined;
}

/** For `backtest`, whose jobs ended long ago, and for tests. */
export class MonthsInMemory implements Months {
  readonly #months = new Map<string, Month>();

  /** The months that have jobs, in the order of their names. */
  get ids(): LineId[] {
    const sorted = [...this.#months].toSorted(([one], [other]) => (one < other ? -1 : 1));
    return sorted.filter(([, { jobs }]) => jobs.size > 0).map(([, { id }]) => id);
  }

  /** Moves the shares of `job`. */
  move(job: JobRef, changes: readonly ShareChange[]): void {
    for (const { was, is } of changes) {
      const share = is ?? was;
      if (share === undefined) continue;
      const month = this.#of(share);
      if (is === undefined) month.jobs.delete(share.key);
      else month.jobs.set(share.key, { job, share: is });
      month.revision++;
    }
  }

  readonly read: Months['read'] = async (id): Promise<MonthLine> => {
    const { jobs, revision, told, lookAt } = this.#of(id);
    const sums: Sums = sumOf([...jobs.values()].map(({ share }) => ({ is: share })));
    return { ...sums, revision, told, lookAt, compared: { running: undefined, ended: undefined } };
  };

  readonly oldest: Months['oldest'] = async (id) => this.#with(id, 'running')[0];

  readonly newestFirst: Months['newestFirst'] = (id) => inTurn(this.#with(id, 'running').toReversed());

  readonly jobs: Months['jobs'] = (id, roles) => inTurn(roles.flatMap((role) => this.#with(id, role)));

  readonly lookAt: Months['lookAt'] = async (id, at, before) => {
    const month = this.#of(id);
    if (month.lookAt?.getTime() !== before?.getTime()) return false;
    month.lookAt = at;
    return true;
  };

  readonly looked: Months['looked'] = async (id) => {
    this.#of(id).lookAt = undefined;
  };

  readonly begin: Months['begin'] = async () => true;

  readonly end: Months['end'] = async () => {};

  readonly told: Months['told'] = async (id, what) => {
    this.#of(id).told.add(what);
  };

  readonly compared: Months['compared'] = async () => {};

  readonly correct: Months['correct'] = async () => false;

  /** The jobs with `role`, sorted by their start. */
  #with(id: LineId, role: Role): CountedJob[] {
    const ofRole = [...this.#of(id).jobs.values()].filter(({ share }) => share.role === role);
    return ofRole
      .toSorted(({ share: one }, { share: other }) => (placeOf(one) < placeOf(other) ? -1 : 1))
      .map(({ job, share: { key, base, rate } }) => ({ job, key, role, base, perHour: rate }));
  }

  #of({ tag, value, month }: LineId): Month {
    const name = [tag, value, month].join('|');
    const known = this.#months.get(name);
    if (known !== undefined) return known;
    const id = { tag, value, month };
    const fresh: Month = { id, jobs: new Map(), told: new Set(), revision: 0, lookAt: undefined };
    this.#months.set(name, fresh);
    return fresh;
  }
}

const placeOf = ({ startedAt, key }: Share) => `${startedAt.toISOString()}#${key}`;

async function* inTurn<T>(items: readonly T[]): AsyncIterable<T> {
  yield* items;
}
