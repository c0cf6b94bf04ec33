import { handlerOf } from '../adapters/handler.ts';
import { decide } from '../domain/decide.ts';
import { EndpointStateChange } from '../schemas/endpoint.ts';

export const handler = handlerOf(EndpointStateChange, decide);
