/** Decides whether a new labeling job continues an ended one, by all facts about it. */
import type { LabelingPolicy } from '../../schemas/configuration/labeling.ts';
import type { Tags } from '../../schemas/event/values.ts';
import { type ChainVerdict, decideByDescription, decideByOutput } from './chain.ts';
import { type LabelingEnd, leftOf } from './end.ts';
import type { EndedLabeling, LabelingEndFacts, Successor } from './facts.ts';
import { linkOf, nameOfLink } from './link.ts';
import { isOptedOut } from './opt-out.ts';
import { priceOf } from './price.ts';
import type { Progress } from './progress.ts';

/** Adds the decision to `facts`. `tags` are the tags of the job. */
export function judgeEnd(facts: LabelingEndFacts, tags: Tags, policy: LabelingPolicy): EndedLabeling {
  const { kind, job, progress, unreadable, tasks } = facts;
  const successor = successorOf(facts);
  const verdict = verdictOn(facts, successor, tags, policy);
  return { kind, job, progress, unreadable, tasks, verdict, ...(successor !== undefined && { successor }) };
}

/** A completed job whose counters SageMaker does not report: its output tells whether objects are left. */
function resolved(end: LabelingEnd, progress: Progress | undefined): LabelingEnd {
  if (end !== 'uncounted' || progress === undefined || progress.labeled === 0) return end;
  return progress.untouched + progress.failed + progress.broken === 0 ? 'finished' : 'unfinished';
}

function verdictOn(
  { job, end: described, progress, now }: LabelingEndFacts,
  successor: Successor | undefined,
  tags: Tags,
  policy: LabelingPolicy,
): ChainVerdict {
  const end = resolved(described, progress);
  // Comes first: if Ground Control has created the next job, it exists whatever the policy says now.
  if (successor?.isOurs === true) {
    const left = leftOf(job);
    const price = left === undefined ? undefined : priceOf(job, left, left, policy);
    return { kind: 'chain', end, link: linkOf(job) + 1, price };
  }
  if (successor !== undefined) return { kind: 'leave', end, why: 'carried-on' };
  const decided = decideByDescription(job, end, policy, isOptedOut(tags, policy.tags.optOut), now);
  if (decided !== undefined) return decided;
  if (progress === undefined) return { kind: 'ask', end, why: 'no-manifest' };
  return decideByOutput(job, end, policy, progress);
}

/** The job that continues this one. People may have created it, with a name of their own. */
function successorOf({ job, successor: name }: LabelingEndFacts): Successor | undefined {
  return name === undefined ? undefined : { name, isOurs: isSame(name, nameOfLink(job, linkOf(job) + 1)) };
}

/** SageMaker ignores the case of names of labeling jobs. */
const isSame = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
