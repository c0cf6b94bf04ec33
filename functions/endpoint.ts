import { decide } from '../domain/decide.ts';
import { handlerOf } from '../handlers/event.ts';
import { EndpointStateChange } from '../schemas/event/endpoint.ts';

export const handler = handlerOf(EndpointStateChange, decide);
