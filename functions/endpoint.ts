import { decide } from '../domain/decide.ts';
import { handlerOf } from '../handlers/event.ts';
import { initialised } from '../handlers/lazy.ts';
import { buildServices } from '../handlers/services.ts';
import { EndpointStateChange } from '../schemas/event/endpoint.ts';

export const handler = handlerOf(EndpointStateChange, decide, initialised(buildServices));
