import { handlerOf } from '../adapters/handler.ts';
import { decide } from '../domain/decide.ts';
import { ResourceStateChange } from '../schemas/resource.ts';

export const handler = handlerOf(ResourceStateChange, decide);
