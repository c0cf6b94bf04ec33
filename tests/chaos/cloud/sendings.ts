/**
 * Every alert that SNS accepted, with what happened around it.
 *
 * SNS cannot recognise a repetition. So an alert may be sent again only where nobody could know that it was sent: its
 * answer was lost, or no write after it recorded it, because each such write was refused or the worker died. The server
 * sees all calls, and so judges this without asking the product.
 */
import type { Call } from '../../../local/embedded-aws/protocol.ts';
import type { Mode } from '../truth/reading.ts';
import { alertIn, isWrite } from './about.ts';

/** One alert that SNS accepted. */
export interface Sending {
  readonly id: string;
  /** The worker that sent it. */
  readonly worker: number;
  /** The modes in the configuration of that worker. */
  readonly mode: Mode;
  /** SNS accepted it, but its answer did not arrive. */
  readonly isAnswerLost: boolean;
  /** A write that names the alert reached the table after it. */
  isRecorded: boolean;
  /** Such a write was refused, or the worker died before one. */
  isCutOff: boolean;
}

/** The effect of a fault on a call. `none`: the call takes effect, and its answer arrives. */
export type Harm = 'none' | 'lost' | 'refused';

/** Whether a second sending is nobody's mistake. */
export const isExcused = ({ isAnswerLost, isRecorded, isCutOff }: Sending): boolean =>
  isAnswerLost || (!isRecorded && isCutOff);

export class Sendings {
  readonly all: Sending[] = [];
  /** Sendings of the running invocation of each worker that no write has recorded yet. */
  readonly #open = new Map<number, Set<Sending>>();

  /** A worker makes a call that `harm` befalls. */
  called(worker: number, mode: Mode, call: Call, harm: Harm): void {
    const id = alertIn(call);
    const open = this.#open.get(worker) ?? new Set();
    this.#open.set(worker, open);
    if (id !== undefined && harm !== 'refused') {
      const sending = { id, worker, mode, isAnswerLost: harm === 'lost', isRecorded: false, isCutOff: false };
      this.all.push(sending);
      open.add(sending);
    }
    // Such a call is not answered.
    if (harm === 'refused') this.answered(worker, call, true);
  }

  /** The server has answered a call of a worker. `isRefused`: the call had no effect. */
  answered(worker: number, call: Call, isRefused: boolean): void {
    const open = this.#open.get(worker);
    if (!isWrite(call) || open === undefined || open.size === 0) return;
    // What is noted about publishing for other systems has the alert's id in its name, and records no alert.
    const input = JSON.stringify(call.input).replace(/"relay\|[^"]*"/g, '""');
    for (const sending of open) {
      if (!input.includes(JSON.stringify(sending.id).slice(1, -1))) continue;
      if (isRefused) sending.isCutOff = true;
      else {
        sending.isRecorded = true;
        open.delete(sending);
      }
    }
  }

  /** The worker died. */
  died(worker: number): void {
    for (const sending of this.#open.get(worker) ?? []) sending.isCutOff = true;
    this.ended(worker);
  }

  /** The invocation of the worker is over. */
  ended(worker: number): void {
    this.#open.delete(worker);
  }
}
