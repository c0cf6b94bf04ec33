import { decide } from '../domain/decide.ts';
import { handlerOf } from '../handlers/event.ts';
import { initialised } from '../handlers/lazy.ts';
import { buildServices } from '../handlers/services.ts';
import { ResourceStateChange } from '../schemas/event/resource.ts';

export const handler = handlerOf(ResourceStateChange, decide, initialised(buildServices));
