import { decide } from '../domain/decide.ts';
import { buildPipelineServices } from '../handlers/diagnosis/hand-over.ts';
import { handlerOf } from '../handlers/event.ts';
import { PipelineStateChange } from '../schemas/event/pipeline.ts';

export const handler = handlerOf(PipelineStateChange, decide, buildPipelineServices);
