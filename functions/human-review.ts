import { handlerOf } from '../adapters/handler.ts';
import { decide } from '../domain/decide.ts';
import { HumanReviewStateChange } from '../schemas/human-review.ts';

export const handler = handlerOf(HumanReviewStateChange, decide);
