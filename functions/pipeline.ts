import { decide } from '../domain/decide.ts';
import { handlerOf } from '../handlers/event.ts';
import { initialised } from '../handlers/lazy.ts';
import { buildServices } from '../handlers/services.ts';
import { PipelineStateChange } from '../schemas/event/pipeline.ts';

export const handler = handlerOf(PipelineStateChange, decide, initialised(buildServices));
