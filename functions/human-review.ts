import { decide } from '../domain/decide.ts';
import { handlerOf } from '../handlers/event.ts';
import { buildHumanReviewServices } from '../handlers/review/hand-over.ts';
import { HumanReviewStateChange } from '../schemas/event/human-review.ts';

export const handler = handlerOf(HumanReviewStateChange, decide, buildHumanReviewServices);
