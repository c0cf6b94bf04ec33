/** The functions of a stage, as `redrive` invokes them. */
import { join } from 'node:path';
import { InvokeCommand, type LambdaClient, LambdaServiceException } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { describeError } from '../../local/describe-error.ts';
import { ruleFor, SERVICE } from '../../local/play/play.ts';
import { readRules } from '../../local/play/rules.ts';
import { BudgetCheck, MonthLook } from '../../schemas/message/budget-check.ts';
import { EventReference } from '../../schemas/message/event-reference.ts';
import { TeamReportRequest } from '../../schemas/message/team-report.ts';
import { FailedParts, OpenWindow } from '../../schemas/message/window.ts';

import { parsed } from './listing.ts';

/**
 * What became of an event. `unreadable`: the function has put it into the quarantine. `failed`: the function threw, or
 * Lambda did not invoke it. `unknown`: there was no answer, so nobody knows whether the function handled the event.
 */
export type Answer =
  | { readonly kind: 'handled' | 'unreadable'; readonly by: string }
  | { readonly kind: 'failed' | 'unknown'; readonly by: string; readonly why: string };

const Outcome = z.object({ outcome: z.string() });

/** The function that the message is for; undefined for an event. */
function receiverOf(message: unknown): EventReference['to'] | 'teamReport' | 'digest' {
  if (OpenWindow.safeParse(message).success || FailedParts.safeParse(message).success) return 'digest';
  if (TeamReportRequest.safeParse(message).success) return 'teamReport';
  const { data: reference } = EventReference.safeParse(message);
  if (reference !== undefined) return reference.to ?? (reference.family === 'labeling-job' ? 'labeling' : 'budget');
  return BudgetCheck.safeParse(message).success || MonthLook.safeParse(message).success ? 'budget' : undefined;
}

/**
 * Invokes functions of `stage`. The result sends an event to the function that EventBridge would send it to, and waits
 * for the answer. `Payload` is the event as JSON.
 */
export function functionsOf(lambda: LambdaClient, stage: string) {
  const rules = readRules(join(SERVICE, 'serverless.yml'));
  return async (event: unknown, Payload: string): Promise<Answer> => {
    const by = receiverOf(event) ?? ruleFor(rules, event)?.functionName ?? 'resource';
    const command = new InvokeCommand({ FunctionName: `ground-control-${stage}-${by}`, Payload });
    try {
      const result = await lambda.send(command);
      const answer = Buffer.from(result.Payload ?? []).toString('utf8');
      if (result.FunctionError !== undefined) return { kind: 'failed', by, why: answer };
      const isUnreadable = Outcome.safeParse(parsed(answer)).data?.outcome === 'quarantined';
      return { kind: isUnreadable ? 'unreadable' : 'handled', by };
    } catch (error) {
      // A function that is missing or may not be called must not stop the events of other functions.
      const isRefused = error instanceof LambdaServiceException && error.$fault === 'client';
      return { kind: isRefused ? 'failed' : 'unknown', by, why: describeError(error) };
    }
  };
}
