/** Reads the sums of a deployed stage. */
import { DynamoDBClient, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { reviewsIn } from '../../adapters/dynamodb/reviews.ts';
import { flowOf } from '../../domain/review/compare-output.ts';
import { type DaySums, tallyOfDays } from '../../domain/review/day-sums.ts';
import type { FlowTally } from '../../domain/review/tally.ts';
import type { ReviewPolicy } from '../../schemas/configuration/review.ts';
import { plainText } from '../../schemas/text/plain-text.ts';
import { Refused } from '../shared/cli.ts';
import { findPlace, notDeployed } from '../shared/place.ts';
import type { Scope, Stage } from './arguments.ts';
import type { Collected } from './collect.ts';

const DAY = 86_400_000;

/**
 * The sums of the workflow that `scope` names, or of all that have an `output` in the configuration. Refuses a stage
 * without a table, and a workflow without sums.
 */
export async function sumsOfStage({ stage, region }: Stage, { flows }: ReviewPolicy, scope: Scope): Promise<Collected> {
  const configured = Object.entries(flows).flatMap(([flow, { output }]) => (output === undefined ? [] : [flow]));
  const names = scope.flow === undefined ? configured : [flowOf(scope.flow) ?? scope.flow];
  if (names.length === 0)
    throw new Refused(
      'ground-control.yml sets no review.flows.<flow>.output, so the stage compares nothing: docs/review.md',
    );
  const place = await findPlace('review', { stage, region });
  const table = `ground-control-${stage}-state`;
  const reviews = reviewsIn(table, 0, new DynamoDBClient(place));
  const tallies: FlowTally[] = [];
  for (const flow of names) {
    try {
      const days = await reviews.days(flow, firstDay(scope), lastDay(scope));
      if (days.size > 0) tallies.push(tallyOfDays(flow, [...days.values()]));
    } catch (error) {
      if (error instanceof ResourceNotFoundException) throw notDeployed(`table ${table}`, stage, place, error);
      throw error;
    }
  }
  if (scope.flow !== undefined && tallies.length === 0)
    throw new Refused(
      `--flow ${plainText(scope.flow, 100)}: the stage has compared no loop of it on these days. ` +
        'It reads the outputs of workflows that have review.flows.<flow>.output in ground-control.yml',
    );
  return {
    flows: tallies,
    objects: tallies.reduce((sum, tally) => sum + objectsOf(tally), 0),
    ...{ leftOut: 0, undated: 0, copies: 0, unreadable: 0 },
    names: new Set(names),
  };
}

/** Compared or not. */
const objectsOf = ({ objects, notComparable }: Pick<DaySums, 'objects' | 'notComparable'>): number =>
  [...objects.values(), ...notComparable.values()].reduce((sum, count) => sum + count, 0);

const firstDay = ({ from }: Scope): string => from?.toISOString().slice(0, 10) ?? '0000-01-01';
const lastDay = ({ until }: Scope): string =>
  until === undefined ? '9999-12-31' : new Date(until.getTime() - DAY).toISOString().slice(0, 10);
