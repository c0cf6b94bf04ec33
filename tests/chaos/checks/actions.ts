/** Checks of what Ground Control did in SageMaker: whom it stopped, what it created, and with which permission. */
import type { Call } from '../../../local/embedded-aws/protocol.ts';
import { nameIn } from '../cloud/about.ts';
import type { Life, PlannedBudget } from '../plan/life.ts';
import type { Mode } from '../truth/reading.ts';

/** A call that stops or creates something, and the modes of the function that made it. */
export interface Action {
  readonly call: Call;
  readonly mode: Mode;
  /** When, by the clock of the function, epoch milliseconds. */
  readonly at: number;
}

/** Whether a call stops, creates or deletes something in SageMaker. */
export const isAction = ({ service, operation }: Call): boolean =>
  service === 'sagemaker' && /^(?:Stop|Create|Delete|Update)/.test(operation);

/** How often SageMaker must have accepted to stop a job. A job without a budget is never stopped. */
const STOPS: Readonly<Record<PlannedBudget, readonly number[]>> = {
  spent: [1],
  spending: [1],
  protected: [0],
  modest: [0],
  counted: [0],
  moved: [0],
  dry: [0, 1],
  shielded: [0],
  gone: [1],
};

/** What was done to each life, and whether it was allowed. `stopped`: the ARNs that SageMaker accepted to stop. */
export function checkActions(lives: readonly Life[], actions: readonly Action[], stopped: readonly string[]): string[] {
  const observed = actions
    .filter(({ mode }) => mode === 'observe')
    .map(({ call: { operation, input } }) => {
      const name = nameIn(JSON.stringify(input)) ?? '';
      return `${name}: a function in mode observe called ${operation}`;
    });
  const asked = new Set(actions.flatMap(({ call }) => (call.operation.startsWith('Stop') ? [targetOf(call)] : [])));
  const byLife = lives.flatMap((life) => {
    const times = stopped.filter((arn) => arn === life.arn).length;
    const expected = life.budget === undefined ? [0] : STOPS[life.budget];
    const what = life.budget === undefined ? 'has no budget' : `is ${life.budget}`;
    return [
      ...(expected.includes(times) ? [] : [`${life.name}: a ${life.type} that ${what} was stopped ${times} times`]),
      ...(asked.has(life.name) && Math.max(...expected) === 0
        ? [`${life.name}: Ground Control tried to stop a ${life.type} that ${what}`]
        : []),
    ];
  });
  const names = new Set(lives.map(({ name }) => name));
  const strangers = [...asked].filter((name) => !names.has(name));
  return [...observed, ...byLife, ...strangers.map((name) => `${name}: Ground Control tried to stop it`)];
}

/** The name of the job that a call stops. */
export const targetOf = ({ input }: Call) =>
  String(Object.entries(input).find(([name]) => /JobName$/.test(name))?.[1] ?? JSON.stringify(input));
