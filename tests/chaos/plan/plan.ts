/** Plans a story: many lives of all kinds. */
import { planBudgeted } from './budgets.ts';
import { planEndpoint } from './endpoints.ts';
import { planJob } from './jobs.ts';
import { planLabeling } from './labeling.ts';
import type { FaultKind, Life, Planning } from './life.ts';
import { planHumanLoop, planNode, planNotebook } from './others.ts';
import { planExecution, planStep } from './pipelines.ts';
import type { Random } from './random.ts';

/** Lives whose last change happens during the half hour of throttling. */
const HELD_BACK: ReadonlySet<number> = new Set([0, 24, 48, 72]);

/** `count` lives that begin within `span` milliseconds of `start` (epoch milliseconds). */
export function plan(
  random: Random,
  count: number,
  span: number,
  start: number,
  faults: ReadonlySet<FaultKind>,
): Life[] {
  return Array.from({ length: count }, (_, number) => planLife({ random, number, span, start, faults }));
}

/** The number of a life decides on its kind, so that every story has all kinds in the same shares. */
function planLife(planning: Planning): Life {
  const { number, faults } = planning;
  const budgeted = planBudgeted(planning);
  if (budgeted !== undefined) return budgeted;
  switch (number % 16) {
    case 6:
    case 14:
      return planLabeling(planning);
    case 2:
      return planEndpoint(planning);
    case 4:
      return planExecution(planning);
    case 9:
      return number % 32 === 9 ? planStep(planning) : planHumanLoop(planning);
    case 13:
      return number % 32 === 13 ? planStep(planning) : planJob(planning, false);
    case 11:
      return number % 32 === 11 ? planNotebook(planning) : planNode(planning);
    default:
      // A few are enough: each costs the story seconds of refused calls.
      return planJob(planning, faults.has('throttle') && HELD_BACK.has(number));
  }
}
