/**
 * Simulates the part of EventBridge Scheduler that we use: one-time schedules. They fire only when `take` is called.
 */
import { AwsError } from './protocol.ts';

/** One one-time schedule. */
export interface Schedule {
  readonly name: string;
  /** When the schedule fires: the beginning of the minute. */
  readonly at: Date;
  /** The input for the target. */
  readonly input: string;
}

export class SimulatedScheduler {
  readonly schedules = new Map<string, Schedule>();

  /** Answers one operation. Throws an `AwsError` for a call that Scheduler would refuse. */
  perform(operation: string, input: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const name = String(input['Name']);
    const known = this.schedules.has(name);
    switch (operation) {
      case 'CreateSchedule':
        if (known) throw new AwsError('ConflictException', `Schedule ${name} already exists.`, 409);
        this.schedules.set(name, read(name, input));
        return { ScheduleArn: `arn:aws:scheduler:us-east-1:000000000000:schedule/budgets/${name}` };
      case 'DeleteSchedule':
        if (!this.schedules.delete(name)) throw notFound(name);
        return {};
      default:
        throw new AwsError('UnknownOperationException', `The embedded AWS does not know scheduler:${operation}.`);
    }
  }

  /** Fires the schedules that are due at `now`: removes and returns them, the earliest first. */
  take(now: Date): Schedule[] {
    const due = [...this.schedules.values()]
      .filter(({ at }) => at <= now)
      .sort((a, b) => a.at.getTime() - b.at.getTime());
    for (const { name } of due) this.schedules.delete(name);
    return due;
  }
}

function read(name: string, input: Readonly<Record<string, unknown>>): Schedule {
  if (!/^[0-9a-zA-Z-_.]{1,64}$/.test(name)) throw new AwsError('ValidationException', 'Name is not valid.');
  const [, time] = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(String(input['ScheduleExpression'])) ?? [];
  if (time === undefined) throw new AwsError('ValidationException', 'Invalid Schedule Expression.');
  const target: unknown = input['Target'];
  const text = typeof target === 'object' && target !== null && 'Input' in target ? String(target.Input) : '';
  return { name, at: new Date(`${time}Z`), input: text };
}

function notFound(name: string): AwsError {
  return new AwsError('ResourceNotFoundException', `Schedule ${name} does not exist.`, 404);
}
