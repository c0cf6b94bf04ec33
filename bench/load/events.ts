/** Events of ended training jobs, each of a job of its own, and the prices that their alerts need. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { priceCacheIn } from '../../adapters/dynamodb/prices.ts';
import { TrainingJobStateChange } from '../../schemas/event/training-job.ts';

/** The sample that measurements use. */
export const FAILED_JOB = join(import.meta.dirname, '../../events/training-job/failed.json');

const sample = readFileSync(FAILED_JOB, 'utf8');
const [, name = ''] = /"TrainingJobName": "([^"]+)"/.exec(sample) ?? [];

/** The name of a training job that no other event is about. */
export const nextJob = (): string => `${name}-${crypto.randomUUID()}`;

/** The failure of the training job called `job`. */
export const failureOf = (job: string): unknown => JSON.parse(sample.replaceAll(name, job));

/** The failure of a training job that no other event is about. */
export const nextFailure = (): unknown => failureOf(nextJob());

/**
 * Stores the prices of the sample's instances, as they are after the first job of an instance type: the event function
 * then sends the alert itself.
 */
export async function keepPrices(): Promise<void> {
  const prices = priceCacheIn(process.env['STATE_TABLE'] ?? '', new DynamoDBClient({}));
  const { region, instances } = TrainingJobStateChange.parse(JSON.parse(sample));
  for (const { type } of instances) await prices.keep(region ?? '', 'Training', type, { perHour: '1.5150000000' });
}
