/** Reads from serverless.yml which events go to which function. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod';
import { patternOf } from '../../infrastructure/event-patterns.ts';
import type { EventPattern } from './event-pattern.ts';

/** One EventBridge rule. */
export interface Rule {
  /** The function's name in serverless.yml: `trainingJob`. */
  readonly functionName: string;
  /** Path of the function's module, without extension: `functions/training-job`. */
  readonly module: string;
  readonly pattern: EventPattern;
}

const Service = z.object({
  functions: z.record(
    z.string(),
    z.object({
      handler: z.string(),
      events: z
        .array(z.object({ eventBridge: z.object({ pattern: z.record(z.string(), z.unknown()) }).optional() }))
        .default([]),
    }),
  ),
});

/**
 * All rules of the serverless.yml at `path`. CloudFormation's tags (`!Ref`) are read as plain text; no rule uses them.
 */
export function readRules(path: string): Rule[] {
  const service = Service.parse(parse(readFileSync(path, 'utf8'), { merge: true, logLevel: 'silent' }));
  return Object.entries(service.functions).flatMap(([functionName, { handler, events }]) =>
    events.flatMap(({ eventBridge }) =>
      eventBridge === undefined
        ? []
        : [
            {
              functionName,
              module: handler.replace(/\.handler$/, ''),
              pattern: patternOf(functionName, eventBridge.pattern, service.functions),
            },
          ],
    ),
  );
}
