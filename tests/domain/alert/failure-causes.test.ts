import { describe, expect, it } from 'vitest';
import { CATALOGUE_CODES, explainFailure } from '../../../domain/alert/failure-causes.ts';

/** Texts that SageMaker really sent, and the cause people should read. */
const SEEN: [string, string][] = [
  [
    'CapacityError: Unable to provision requested ML compute capacity. Please retry using a different ML instance type.',
    'capacity',
  ],
  ['InternalServerError: We encountered an internal error.  Please try again.', 'internal-error'],
  [
    "ResourceLimitExceeded: The account-level service limit 'ml.m5.2xlarge for training job usage' is 0 Instances, with current utilization of 0 Instances and a request delta of 1 Instances. Please contact AWS support",
    'quota',
  ],
  [
    'ClientError: Please use an instance type with more memory, or reduce the size of job data processed on an instance.',
    'memory',
  ],
  ['ClientError: Artifact upload failed:ClientError: Out of Memory. Please use a larger instance', 'memory'],
  [
    'AlgorithmError: ExecuteUserScriptError: ExitCode 1 ErrorMessage "torch.OutOfMemoryError: CUDA out of memory."',
    'gpu-memory',
  ],
  ['AlgorithmError: ExecuteUserScriptError: ExitCode 137', 'killed'],
  ['AlgorithmError: Exit Code: 139', 'segmentation-fault'],
  ['AlgorithmError: , exit code: 127', 'entry-point'],
  ['ClientError: Data download failed:Insufficient disk space', 'disk'],
  [
    "ClientError: Data download failed:Please ensure that the subnet's route table has a route to an S3 VPC endpoint or a NAT device, and both the security groups and the subnet's network ACL allow outbound traffic to S3.",
    'vpc-s3',
  ],
  ['ClientError: Artifact upload failed:Error 7: AccessDenied (403): Access Denied', 'upload-denied'],
  ['ClientError: Data download failed:An error occurred (403) ... 403 Forbidden', 'access-denied'],
  ['AccessDenied: User is not authorized to perform: ecr:BatchGetImage', 'access-denied'],
  [
    'No S3 objects found under S3 URL "s3://bucket/prefix" given in input data source. Please ensure that the bucket exists in the selected region (us-east-1), that objects exist under that S3 prefix, and that the role "arn" has "s3:ListBucket" permissions',
    'no-input',
  ],
  ['NoSuchBucket: The specified bucket does not exist', 'no-bucket'],
  ['For FastFile mode, partial S3 prefix is not supported', 'fastfile-prefix'],
  ['ClientError: Data download failed: something else', 'download'],
  [
    "Could not assume role arn:aws:iam::1:role/x. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.",
    'role',
  ],
  ['Access denied for repository: sagemaker-spark-processing in registry ID: 314815235551.', 'image'],
  [
    'Role arn cannot pull x.dkr.ecr/does-not-exist:latest. Ensure that the role exists and the image was granted pull permission.',
    'image',
  ],
  ['CannotStartContainerError. Please ensure the model container is valid.', 'container-start'],
  [
    'The primary container for production variant AllTraffic did not pass the ping health check. Please check CloudWatch logs for this endpoint.',
    'health-check',
  ],
  ['Could not find model data at s3://bucket/model.tar.gz', 'model-data'],
  ['Unable to locate at least 2 availability zone(s) with the requested instance type', 'zones'],
  [
    'ClientError: Failed to invoke sagemaker:CreateTrainingJob. Error Details: The requested resource training-job/ml.t3.medium is not available in this region\nRetry not appropriate',
    'not-in-region',
  ],
  [
    'No training job succeeded after 5 attempts. For additional details, please take a look at the training job failures',
    'no-training-succeeded',
  ],
  ['ClientError: Please use a GPU instance for training', 'gpu-needed'],
  ["AlgorithmError: u'abc' is not valid under any of the given schemas", 'hyperparameter'],
  ['ClientError: Received server error (500) from model. See the SageMaker Endpoint logs', 'model-error'],
  ['AlgorithmError: ExecuteUserScriptError: ErrorMessage "ModuleNotFoundError: No module named x"', 'code-or-data'],
  ['AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage "ValueError"', 'script'],
  ['AlgorithmError: , exit code: 1', 'script'],
  ['AlgorithmError: See job logs for more information', 'script'],
];

describe('a failure reason', () => {
  it.each(SEEN)('is explained: %s', (reason, code) => {
    expect(explainFailure(reason)?.code).toBe(code);
  });

  it.each(SEEN)('is explained in any case and spacing: %s', (reason, code) => {
    expect(explainFailure(reason.toUpperCase().replaceAll(' ', '\n  '))?.code).toBe(code);
  });

  it('that the catalogue does not have is not explained', () => {
    expect(explainFailure('export blew up')).toBeUndefined();
    expect(explainFailure('')).toBeUndefined();
  });

  it('is tested here for every entry of the catalogue', () => {
    expect([...new Set(SEEN.map(([, code]) => code))]).toEqual(CATALOGUE_CODES);
  });

  it('is called retryable only when a retry without a change can help', () => {
    expect(explainFailure('CapacityError: not enough capacity')?.retry).toBe('yes');
    expect(explainFailure('exit code: 137')?.retry).toBe('after-change');
  });
});
