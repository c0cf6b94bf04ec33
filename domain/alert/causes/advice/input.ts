/** Causes in what a job was given: data, models, arguments and hyperparameters. */
import type { Advice, AdviceKey } from './form.ts';

export const INPUT = {
  'no-input-data': {
    cause: 'There is no input where the job looks for it, or the role cannot list it.',
    nextStep: 'Check the S3 address and its region. Check that the role has s3:ListBucket.',
    retry: 'after-change',
  },
  'no-input-data/no-bucket': {
    cause: 'The S3 bucket does not exist.',
    nextStep: 'Correct the bucket name.',
    retry: 'after-change',
  },
  'no-input-data/region': {
    cause: 'The S3 bucket is in another region than the job.',
    nextStep: 'Run the job in the region of the bucket, or copy the data to a bucket in the region of the job.',
    retry: 'after-change',
  },
  'no-input-data/fastfile-prefix': {
    cause: 'FastFile mode does not accept a partial S3 prefix.',
    nextStep: 'End the prefix with "/".',
    retry: 'after-change',
  },
  'data-format-or-shape': {
    cause: 'The data has a format, type or shape that the code cannot work with.',
    nextStep:
      'Compare the data with what the error names: content type, columns, missing values, data types, labels, shapes.',
    retry: 'after-change',
  },
  'model-artifact-wrong': {
    cause: 'The model artifact does not hold what is expected of it.',
    nextStep:
      'Check that model.tar.gz is a gzipped tar archive with the files of the chosen framework at its top level.',
    retry: 'after-change',
  },
  'model-artifact-wrong/not-found': {
    cause: 'The model artifact is not at the path that the model names.',
    nextStep: 'Check that the artifact exists and is in this region, and that the role can read it.',
    retry: 'after-change',
  },
  'model-artifact-wrong/no-model': {
    cause: 'There is no model of this name in this account and region.',
    nextStep: 'Check the name. If the model was deleted, create it again. Then start the job or the endpoint again.',
    retry: 'after-change',
  },
  'entry-point-or-arguments': {
    cause: 'An argument of the request, or of the script, is not valid.',
    nextStep: 'Correct the argument that the error names.',
    retry: 'after-change',
  },
  'entry-point-or-arguments/not-started': {
    cause: 'The program that the container should start is missing, or cannot be executed.',
    nextStep: 'Check the image, the path, line endings (LF), the executable bit (chmod +x) and the processor type.',
    retry: 'after-change',
  },
  'entry-point-or-arguments/gpu-needed': {
    cause: 'The algorithm needs a GPU.',
    nextStep: 'Choose an ml.g or ml.p instance type.',
    retry: 'after-change',
  },
  'hyperparameter-invalid': {
    cause: 'A hyperparameter has a value that the algorithm does not accept.',
    nextStep: 'Compare the hyperparameters with the documentation of the algorithm.',
    retry: 'after-change',
  },
  'hyperparameter-invalid/tuning': {
    cause: 'The tuning job has no objective metric that it can read, or a range that is not valid.',
    nextStep: 'Check the objective metric, the regular expression in its metric definition, and the ranges.',
    retry: 'after-change',
  },
} as const satisfies Partial<Record<AdviceKey, Advice>>;
