import { decide } from '../domain/decide.ts';
import { reconciliationHandler } from '../handlers/reconciliation/handler.ts';
import { EndpointStateChange } from '../schemas/event/endpoint.ts';
import { LabelingJobStateChange } from '../schemas/event/labeling-job.ts';
import { PipelineStateChange } from '../schemas/event/pipeline.ts';
import { ProcessingJobStateChange } from '../schemas/event/processing-job.ts';
import { TrainingJobStateChange } from '../schemas/event/training-job.ts';
import { TransformJobStateChange } from '../schemas/event/transform-job.ts';
import { TuningJobStateChange } from '../schemas/event/tuning-job.ts';

export const schemas = {
  'training-job': TrainingJobStateChange,
  'tuning-job': TuningJobStateChange,
  'processing-job': ProcessingJobStateChange,
  'transform-job': TransformJobStateChange,
  'labeling-job': LabelingJobStateChange,
  endpoint: EndpointStateChange,
  'pipeline-execution': PipelineStateChange,
};

export const handler = reconciliationHandler(schemas, decide);
