import { decide } from '../domain/decide.ts';
import { reviewHandler } from '../handlers/review/handler.ts';
import { buildReviewServices } from '../handlers/review/services.ts';
import { HumanReviewStateChange } from '../schemas/event/human-review.ts';

export const handler = reviewHandler(HumanReviewStateChange, decide, buildReviewServices);
