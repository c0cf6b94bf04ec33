/** What a stage knows about people who review and label: how they compare with the model, and the reports on teams. */
import { GetFunctionConfigurationCommand, ResourceNotFoundException } from '@aws-sdk/client-lambda';
import { reviewsIn } from '../../adapters/dynamodb/reviews.ts';
import { teamReportsIn } from '../../adapters/s3/team-reports.ts';
import { tallyOfDays } from '../../domain/review/day-sums.ts';
import { linesOf, type ReviewLine } from '../../domain/review/summary.ts';
import type { Configuration } from '../../schemas/configuration/file.ts';
import type { Stage } from './stage.ts';

/** A human review workflow: a line for all its loops together and for each reason why they began; none: no loop yet. */
export interface ReviewedFlow {
  readonly flow: string;
  /** Percent of agreement below which people are told; none: nobody is. */
  readonly level: number | undefined;
  readonly lines: readonly ReviewLine[];
}

/** The workflows with an `output` in the file, with their loops from the day `from` on (`2026-11-20`, UTC). */
export async function reviewedFlows(
  { table, dynamoDb }: Pick<Stage, 'table' | 'dynamoDb'>,
  { review }: Pick<Configuration, 'review'>,
  from: string,
): Promise<ReviewedFlow[]> {
  const reviews = reviewsIn(table, 1, dynamoDb);
  const flows = Object.entries(review.flows).filter(([, { output }]) => output !== undefined);
  return Promise.all(
    flows.map(async ([flow, { level }]) => {
      const days = await reviews.days(flow, from, '9999-12-31');
      const lines = days.size === 0 ? [] : linesOf(tallyOfDays(flow, [...days.values()]), level);
      return { flow, level, lines: lines.filter(({ kind }) => kind === 'flow') };
    }),
  );
}

/** The names of the stored reports on labeling teams, the newest first; undefined when the stage makes none. */
export async function teamReports({
  name,
  lambda,
  s3,
}: Pick<Stage, 'name' | 'lambda' | 's3'>): Promise<readonly string[] | undefined> {
  const FunctionName = `ground-control-${name}-teamReport`;
  try {
    const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    const bucket = Environment?.Variables?.['TEAM_REPORTS_BUCKET'];
    return bucket === undefined ? undefined : await teamReportsIn(bucket, s3).list();
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
