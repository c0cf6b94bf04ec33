/** The services of the function `review`. */
import { setTimeout } from 'node:timers/promises';
import { type CountReview, countReviews } from '../../adapters/cloudwatch/review-metrics.ts';
import { type Reviews, reviewsIn } from '../../adapters/dynamodb/reviews.ts';
import { type ReviewOutputs, reviewOutputsIn } from '../../adapters/s3/review-outputs.ts';
import { onceOn } from '../once.ts';
import { buildFoundation, type Services, servicesOn } from '../services.ts';

export interface ReviewServices {
  readonly services: Services;
  readonly outputs: ReviewOutputs;
  readonly reviews: Reviews;
  readonly count: CountReview;
  readonly clock: () => Date;
  /** Waits so many milliseconds. */
  readonly wait: (milliseconds: number) => Promise<unknown>;
}

/** Builds the services; called once per cold start. */
export function buildReviewServices(clock: () => Date = () => new Date()): ReviewServices {
  const foundation = buildFoundation();
  const { environment, configuration, dynamoDb } = foundation;
  return {
    services: servicesOn(foundation, { powers: { once: onceOn(foundation) } }),
    outputs: reviewOutputsIn(),
    reviews: reviewsIn(environment.STATE_TABLE, configuration.keepDays, dynamoDb),
    count: countReviews(),
    clock,
    wait: setTimeout,
  };
}
