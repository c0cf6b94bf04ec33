import { handlerOf } from '../adapters/handler.ts';
import { decide } from '../domain/decide.ts';
import { PipelineStateChange } from '../schemas/pipeline.ts';

export const handler = handlerOf(PipelineStateChange, decide);
