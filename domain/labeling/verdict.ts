/** Whether a new labeling job continues one that has ended: by everything that is known of it. */
import type { LabelingPolicy } from '../../schemas/configuration/labeling.ts';
import type { Tags } from '../../schemas/event/values.ts';
import { type ChainVerdict, decideByDescription, decideByOutput, leftOf, priceOf } from './chain.ts';
import type { EndedLabeling, LabelingEndFacts, Successor } from './facts.ts';
import { linkOf, nameOfLink } from './link.ts';
import { isOptedOut } from './opt-out.ts';

/** `facts` about a job with `tags`, with the decision. */
export function judgeEnd(facts: LabelingEndFacts, tags: Tags, policy: LabelingPolicy): EndedLabeling {
  const { kind, job, progress, unreadable, tasks } = facts;
  const successor = successorOf(facts);
  const verdict = verdictOn(facts, successor, tags, policy);
  return { kind, job, progress, unreadable, tasks, verdict, ...(successor !== undefined && { successor }) };
}

function verdictOn(
  { job, end, progress, now }: LabelingEndFacts,
  successor: Successor | undefined,
  tags: Tags,
  policy: LabelingPolicy,
): ChainVerdict {
  // First of all: a job that continues it exists, whatever the policy says now.
  if (successor?.isOurs === true)
    return { kind: 'chain', end, link: linkOf(job) + 1, price: priceOf(job, leftOf(job), policy) ?? 0 };
  if (successor !== undefined) return { kind: 'leave', end, why: 'carried-on' };
  const decided = decideByDescription(job, end, policy, isOptedOut(tags, policy.tags.optOut), now);
  if (decided !== undefined) return decided;
  if (progress === undefined) return { kind: 'ask', end, why: 'no-manifest' };
  return decideByOutput(job, end, policy, progress);
}

/** The job that continues it. People may have created one before us, and named it as they liked. */
function successorOf({ job, successor: name }: LabelingEndFacts): Successor | undefined {
  return name === undefined ? undefined : { name, isOurs: isSame(name, nameOfLink(job, linkOf(job) + 1)) };
}

/** Names of labeling jobs are the same in upper and lower case. */
const isSame = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
