/** What people can do themselves about a labeling job that ended with objects left. */
import { plainText } from '../../../schemas/text/plain-text.ts';
import { type Obstacle, obstacleTo } from '../chain.ts';
import type { EndedLabeling } from '../facts.ts';
import { attributeOf } from '../request.ts';
import { IN_CONSOLE } from './console.ts';
import { countsOf, number } from './counts.ts';

/** The label attribute, safe to print. */
export const attribute = ({ job }: EndedLabeling) => plainText(attributeOf(job), 127);

/**
 * What people can do themselves, as the end of a sentence: chain the job, unless that is of no use. Says what keeps the
 * labels that there are, and what would pay for them twice.
 */
export function byHand(facts: EndedLabeling): string {
  const obstacle = obstacleTo(facts.job, facts.progress);
  const { labeled } = countsOf(facts);
  if (obstacle === 'no-manifest' && labeled !== 0)
    return `${INSTEAD[obstacle]} A job from the first input would pay for ${itsLabels(labeled)} twice.`;
  if (obstacle !== undefined) return INSTEAD[obstacle];
  if (labeled === 0) return `chain the job ${IN_CONSOLE}, or create it again. ${NO_LABELS}`;
  return (
    `chain the job ${IN_CONSOLE}: that keeps ${itsLabels(labeled)}. Keep the label attribute "${attribute(facts)}". ` +
    'With another attribute, or in a job from the first input, every object is labeled and paid for again.'
  );
}

const NO_LABELS = 'No object has a label yet, so no label is paid for twice.';
const itsLabels = (labeled: number | undefined): string => {
  if (labeled === undefined) return 'its labels';
  return labeled === 1 ? 'its label' : `its ${number(labeled)} labels`;
};

/** How to label the rest after the job failed or was stopped: sentences of their own. */
export const toGoOn = (facts: EndedLabeling): string =>
  countsOf(facts).labeled === 0 ? `Then create the job again. ${NO_LABELS}` : `To label the rest, ${byHand(facts)}`;

/** What helps if a job made from its output does not. */
const INSTEAD = {
  streaming:
    'create a streaming job whose input topic is the output topic of this one. ' +
    'Objects that have labels are not sent again.',
  derived:
    'first chain the job that creates the labels. Then adjust or verify its output, with another label attribute.',
  'no-manifest':
    'check that the output of the job exists and is complete. ' +
    'Check that no bucket policy or KMS key denies the function "labeling" access to the output.',
} as const satisfies Record<Obstacle, string>;

/** The same as a sentence of its own. */
export const byHandThen = (facts: EndedLabeling) => capitalised(byHand(facts));

/** What helps if the output cannot be trusted. */
export const checkOutput = () => capitalised(INSTEAD['no-manifest']);

const capitalised = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
