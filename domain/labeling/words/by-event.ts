/** What an alert about a labeling job says when only its event is known, and not its description or its output. */
import type { Alert } from '../../alert/alert.ts';
import { IN_CONSOLE } from './console.ts';

const KEEPS =
  `To label the rest, chain the job ${IN_CONSOLE}, with the same label attribute: that keeps its labels. ` +
  'A job from the first input pays for them twice.';

/** `alert`, with what keeps the labels of a job that failed or was stopped. Other alerts stay as they are. */
export function keepingLabels(alert: Alert): Alert {
  const { change, outcome, cause } = alert;
  if (change.resource.type !== 'labeling-job' || (outcome !== 'failed' && outcome !== 'stopped')) return alert;
  const nextStep = `${cause?.nextStep ?? 'Look up the reason in the console, and repair what it names.'} ${KEEPS}`;
  const known = cause ?? { code: 'labeling-ended', cause: 'Its event does not say why.' };
  return { ...alert, cause: { ...known, nextStep, retry: undefined } };
}
