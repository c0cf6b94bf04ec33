import { decide } from '../domain/decide.ts';
import { handlerOf } from '../handlers/event.ts';
import { ResourceStateChange } from '../schemas/event/resource.ts';

export const handler = handlerOf(ResourceStateChange, decide);
