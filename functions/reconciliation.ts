import { reconciliationHandler } from '../adapters/reconciliation-handler.ts';
import { decide } from '../domain/decide.ts';
import { EndpointStateChange } from '../schemas/endpoint.ts';
import { LabelingJobStateChange } from '../schemas/labeling-job.ts';
import { PipelineStateChange } from '../schemas/pipeline.ts';
import { ProcessingJobStateChange } from '../schemas/processing-job.ts';
import { TrainingJobStateChange } from '../schemas/training-job.ts';
import { TransformJobStateChange } from '../schemas/transform-job.ts';
import { TuningJobStateChange } from '../schemas/tuning-job.ts';

export const handler = reconciliationHandler(
  {
    'training-job': TrainingJobStateChange,
    'tuning-job': TuningJobStateChange,
    'processing-job': ProcessingJobStateChange,
    'transform-job': TransformJobStateChange,
    'labeling-job': LabelingJobStateChange,
    endpoint: EndpointStateChange,
    'pipeline-execution': PipelineStateChange,
  },
  decide,
);
