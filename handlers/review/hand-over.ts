/** Hands completed human loops over to the function `review`, which may read what people answered. */
import { answeredLoop } from '../../domain/review/loop.ts';
import type { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';
import { buildFoundation, type Gather, type Services, servicesOn } from '../services.ts';

/** The fact that the function `review` compares the answers of a loop with the model, if its output is configured. */
export const handOverToReview =
  ({ review }: Pick<FunctionConfiguration, 'review'>): Gather =>
  async (change) =>
    answeredLoop(change, review) === undefined ? {} : { review: 'elsewhere' };

/** The services of the function that gets the events of human loops. */
export function buildHumanReviewServices(): Services {
  const foundation = buildFoundation();
  return servicesOn(foundation, { gather: handOverToReview(foundation.configuration) });
}
