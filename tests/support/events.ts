/** Sample events, and events built for one test. */
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type * as z from 'zod/mini';
import type { StateChange } from '../../schemas/event/state-change.ts';
import { TrainingJobStateChange } from '../../schemas/event/training-job.ts';
import { FAMILY_NAMES, type Family } from '../../schemas/vocabulary.ts';

export const ROOT = join(import.meta.dirname, '../..');

/** The schema of each family: the export of `schemas/event/<family>.ts` whose name ends in `StateChange`. */
export const SCHEMAS = Object.fromEntries(
  await Promise.all(
    FAMILY_NAMES.map(async (family) => {
      const module = await import(`../../schemas/event/${family}.ts`);
      const name = Object.keys(module).find((exported) => exported.endsWith('StateChange'));
      if (name === undefined) throw new Error(`schemas/event/${family}.ts exports no schema called …StateChange`);
      return [family, module[name]] as const;
    }),
  ),
) as Record<Family, z.ZodMiniType<StateChange>>;

// biome-ignore lint/suspicious/noExplicitAny: tests build events of any shape, right and wrong
export type AnyEvent = any;

/** The name in `serverless.yml` of the function of a family, or of the file `functions/<name>.ts`. */
export const functionOf = (name: string) => name.replace(/-./g, (dashed) => dashed.slice(1).toUpperCase());

export const readEvent = (path: string): AnyEvent => JSON.parse(readFileSync(join(ROOT, path), 'utf8'));

export const eventFiles = (pattern: string): string[] => globSync(pattern, { cwd: ROOT }).sort();

export const named = (files: string[]) => files.map((file) => [basename(file, '.json'), readEvent(file)] as const);

/** An event of a failed training job, with the fields of `detail` and `envelope` replaced or added. */
export function trainingEvent(detail: object = {}, envelope: object = {}): AnyEvent {
  return {
    version: '0',
    id: 'e1',
    'detail-type': 'SageMaker Training Job State Change',
    source: 'aws.sagemaker',
    account: '123456789012',
    time: '2026-11-20T03:12:44Z',
    region: 'eu-west-1',
    resources: ['arn:aws:sagemaker:eu-west-1:123456789012:training-job/churn'],
    detail: {
      TrainingJobName: 'churn',
      TrainingJobArn: 'arn:aws:sagemaker:eu-west-1:123456789012:training-job/churn',
      TrainingJobStatus: 'Failed',
      SecondaryStatus: 'Failed',
      ...detail,
    },
    ...envelope,
  };
}

export const readTraining = (event: unknown): StateChange => TrainingJobStateChange.parse(event);
