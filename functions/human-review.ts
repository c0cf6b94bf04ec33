import { decide } from '../domain/decide.ts';
import { handlerOf } from '../handlers/event.ts';
import { initialised } from '../handlers/lazy.ts';
import { buildServices } from '../handlers/services.ts';
import { HumanReviewStateChange } from '../schemas/event/human-review.ts';

export const handler = handlerOf(HumanReviewStateChange, decide, initialised(buildServices));
