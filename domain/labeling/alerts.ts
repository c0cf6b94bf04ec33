/** The alerts about labeling jobs. */
import type { LabelingPolicy } from '../../schemas/configuration/labeling.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import type { Alert } from '../alert/alert.ts';
import { linksFor } from '../alert/links.ts';
import { displayName, nameOfType } from '../alert/wording.ts';
import type { Verdict } from '../change/outcome.ts';
import type { Owner } from '../change/owner.ts';
import type { ChainOutcome, EndedLabeling } from './facts.ts';
import type { LabelingNews } from './pace.ts';
import { toGoOn } from './words/by-hand.ts';
import { numbersOf } from './words/counts.ts';
import { type Words, wordsForEnd } from './words/end.ts';
import { type NewsContext, wordsForNews } from './words/news.ts';

const sentence = (change: StateChange, headline: string) =>
  `${nameOfType(change.resource.type)} ${displayName(change.resource.name)} ${headline}.`;

/** The alert `base` about a job's end, with the counts of its objects and the `outcome` of creating the next job. */
export function endAlert(base: Alert, facts: EndedLabeling, policy: LabelingPolicy, outcome?: ChainOutcome): Alert {
  const { change } = base;
  const words = wordsForEnd({ change, facts, policy, outcome });
  return {
    ...base,
    ...(words.label !== undefined && { label: words.label }),
    severity: words.severity ?? base.severity,
    headline: sentence(change, words.headline),
    cause: causeOf(base, words, facts),
    change: { ...change, details: [...change.details, ...numbersOf(facts, policy)] },
  };
}

/**
 * A cause from SageMaker's reason says more than a cause from the job's age. But its advice to try again is for other
 * jobs: a labeling job from the first input would pay for every label twice.
 */
function causeOf({ cause }: Alert, words: Words, facts: EndedLabeling): Alert['cause'] {
  const isSaidBetter = words.cause !== undefined && words.cause.code !== 'labeling-early';
  if (isSaidBetter || cause === undefined) return words.cause;
  return { ...cause, nextStep: `${cause.nextStep} ${toGoOn(facts)}`, retry: undefined };
}

/** The alert for `news` about a running job; `id` is its identity. */
export function newsAlert(id: string, news: LabelingNews, context: NewsAlertContext): Alert {
  const { change, verdict, owner } = context;
  const words = wordsForNews(news, context);
  return {
    outcome: 'labeling',
    severity: words.severity ?? 'warning',
    status: verdict.status,
    label: words.label,
    change,
    id,
    headline: sentence(change, words.headline),
    cause: words.cause,
    reason: undefined,
    owner,
    durationSeconds: undefined,
    cost: undefined,
    links: linksFor(change),
  };
}

export interface NewsAlertContext extends NewsContext {
  readonly verdict: Verdict;
  readonly owner: Owner;
}
