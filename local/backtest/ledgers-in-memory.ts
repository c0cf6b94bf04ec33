/** The ledgers of monthly budgets in memory instead of the table. */
import type { Ledgers } from '../../adapters/dynamodb/ledgers.ts';
import { grant, type Holding, type Ledger, type LedgerId, spentBy } from '../../domain/budget/ledger.ts';
import type { MicroUsd } from '../../domain/cost/money.ts';

/** One month of one budget, and what happened in it. */
export interface Month extends Ledger {
  readonly id: LedgerId;
  budget: MicroUsd;
  /** Percentages of the budget that people would have been told about. */
  readonly told: Set<number>;
  readonly ended: Map<string, MicroUsd>;
  running: Map<string, Holding>;
}

/** For `backtest`, whose jobs ended long ago, and for tests. */
export class LedgersInMemory implements Ledgers {
  readonly months = new Map<string, Month>();

  /** The ledger of a month; a new empty one when there is none yet. */
  month({ tag, value, month }: LedgerId): Month {
    const name = nameOf({ tag, value, month });
    const known = this.months.get(name);
    if (known !== undefined) return known;
    const fresh: Month = {
      id: { tag, value, month },
      budget: 0,
      told: new Set(),
      ended: new Map(),
      running: new Map(),
    };
    this.months.set(name, fresh);
    return fresh;
  }

  readonly read: Ledgers['read'] = async (id) => this.month(id);

  readonly claim: Ledgers['claim'] = async ({ key, ...id }, budget, claim, now) => {
    const month = this.month(id);
    const granted = grant(month, budget, key, claim, now);
    month.budget = budget;
    if (!month.ended.has(key)) month.running = new Map(granted.ledger.running);
    return granted;
  };

  readonly close: Ledgers['close'] = async ({ key, ...id }, amount, at) => {
    const { ended, running } = this.month(id);
    const held = running.get(key);
    const known = amount ?? ended.get(key) ?? (held && (at === undefined ? held.spent : spentBy(held, at)));
    running.delete(key);
    if (known !== undefined) ended.set(key, known);
  };

  readonly drop: Ledgers['drop'] = async ({ key, ...id }) => {
    const { ended, running } = this.month(id);
    ended.delete(key);
    running.delete(key);
  };
}

const nameOf = ({ tag, value, month }: LedgerId) => `${tag}|${value}|${month}`;
