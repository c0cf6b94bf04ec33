import { decide } from '../domain/decide.ts';
import { diagnosisHandler } from '../handlers/diagnosis/handler.ts';
import { buildDiagnosisServices } from '../handlers/diagnosis/services.ts';
import { PipelineStateChange } from '../schemas/event/pipeline.ts';
import { BUDGETED_JOBS } from '../schemas/event/priced-jobs.ts';

export const handler = diagnosisHandler(BUDGETED_JOBS, PipelineStateChange, decide, buildDiagnosisServices);
