/** Causes inside the container: the code, its packages, memory, disk, and what only the log can tell. */
import type { Advice, AdviceKey } from './form.ts';

export const CODE = {
  'user-code-error': {
    cause: 'The code in the container raised an error.',
    nextStep: 'Read the error, in the reason or at the end of the log. Then correct the code.',
    retry: 'after-change',
  },
  'user-code-error/nan-loss': {
    cause: 'The loss is no longer a number (NaN).',
    nextStep: 'Lower the learning rate, clip gradients, and look for NaN or infinite values in the data.',
    retry: 'after-change',
  },
  'user-code-error/lifecycle-script': {
    cause: 'The lifecycle script failed.',
    nextStep:
      'Read the log of the lifecycle script. If it has none, check that the role can read the script and write logs.',
    retry: 'after-change',
  },
  'user-code-error/lifecycle-script-slow': {
    cause: 'The lifecycle script took longer than it may.',
    nextStep: 'Read the log of the lifecycle script. Run long installations in the background (nohup).',
    retry: 'after-change',
  },
  'user-code-error/gpu-fault': {
    cause: 'HyperPod found a GPU error that an application on this node most likely caused.',
    nextStep: 'Look for out-of-bounds accesses in the code that ran on the GPU. The node needs no replacement.',
    retry: 'after-change',
  },
  'missing-module': {
    cause: 'A module or library that the code needs is not installed in the container.',
    nextStep: 'Add it to requirements.txt or to the image. Processing jobs may not install requirements.txt.',
    retry: 'after-change',
  },
  'framework-version-conflict': {
    cause: 'Versions of two packages, or of a package and the container or model, do not fit together.',
    nextStep: 'Pin the versions that work together, or use a container with another framework version.',
    retry: 'after-change',
  },
  'dependency-install-failed': {
    cause: 'A package could not be installed when the container started.',
    nextStep: 'Read the log of pip. Pin versions that exist for this Python, or build them into the image.',
    retry: undefined,
  },
  'file-not-found-in-container': {
    cause: 'A file that the code needs is not in the container.',
    nextStep: 'Check the path in the error against the channels and the input mode: Pipe mode gives no files.',
    retry: 'after-change',
  },
  'gpu-memory': {
    cause: 'The GPU ran out of memory.',
    nextStep: 'Use a smaller batch, gradient checkpointing, a GPU with more memory, or model parallelism.',
    retry: 'after-change',
  },
  'host-memory': {
    cause: 'The instance ran out of memory.',
    nextStep: 'Use a larger instance, a smaller batch size, or split the input over more instances.',
    retry: 'after-change',
  },
  'host-memory/killed': {
    cause: 'The process was killed (SIGKILL), most likely because the instance ran out of memory.',
    nextStep: 'Check memory use in the log and metrics. Use a larger instance or a smaller batch.',
    retry: 'after-change',
  },
  'shared-memory': {
    cause: 'The container ran out of shared memory (/dev/shm).',
    nextStep: 'Use fewer data loader workers, or num_workers=0. In local mode, give the container a larger shm-size.',
    retry: 'after-change',
  },
  'disk-full': {
    cause: 'The disk of the instance is full.',
    nextStep: 'Raise VolumeSizeInGB, write fewer checkpoints, or read the data in FastFile or Pipe mode.',
    retry: 'after-change',
  },
  'distributed-communication': {
    cause: 'The processes of a distributed job could not communicate, or lost each other.',
    nextStep:
      'Read the logs of all instances: the first error of any of them is most likely the cause. ' +
      'If there is none, check that the security group allows all traffic within itself.',
    retry: undefined,
  },
  'distributed-communication/unreachable': {
    cause: 'The processes of a distributed job cannot reach each other.',
    nextStep:
      'Check that the security group allows all traffic within itself. ' +
      'Check host names, network interfaces and the launcher (MPI, torchrun) in the log.',
    retry: 'after-change',
  },
  'cuda-driver-mismatch': {
    cause: 'The CUDA version of the container does not fit the driver or the GPU of the instance.',
    nextStep: 'Use an image with an older CUDA version, a newer instance type, or for endpoints a newer inference AMI.',
    retry: 'after-change',
  },
  'endpoint-health-check': {
    cause: 'The model server did not answer its health check. The model probably did not load.',
    nextStep:
      'Read the endpoint log for memory errors and missing modules. ' +
      'For large models, raise ContainerStartupHealthCheckTimeoutInSeconds.',
    retry: 'after-change',
  },
  'unknown/script': {
    cause: "SageMaker's reason does not say what went wrong. Most likely the end of the log does.",
    nextStep: 'Read the end of the log, of each instance if there are several.',
    retry: undefined,
  },
  'unknown/raised': {
    cause: 'The code in the container raised an error. The reason may lie in the code, in its data or in its packages.',
    nextStep: 'Read the error in the reason, and the traceback at the end of the log.',
    retry: 'after-change',
  },
  'unknown/segmentation-fault': {
    cause: 'The process crashed in native code (segmentation fault).',
    nextStep: 'Look for native libraries or CUDA drivers that do not match the container image.',
    retry: 'after-change',
  },
  'unknown/container-start': {
    cause: 'The container did not start.',
    nextStep:
      'Check that the image is linux/amd64, has its entry point ("serve" or "train"), ' +
      'and matches the CUDA driver of the instance.',
    retry: 'after-change',
  },
  'unknown/model-error': {
    cause: 'The model container answered with an error.',
    nextStep: 'Read the log of the model container. The fault is most likely in the inference code or its data.',
    retry: undefined,
  },
  'unknown/download': {
    cause: 'The input data could not be downloaded.',
    nextStep: 'Check the S3 address and region, the role, and the KMS key of the data.',
    retry: 'after-change',
  },
  'unknown/model-data': {
    cause: 'SageMaker could not read the model artifact. Its path, its region or the role may be the reason.',
    nextStep:
      'Check that the artifact exists and is in this region. Check that the role may read it (s3:GetObject), ' +
      'and that its trust policy names sagemaker.amazonaws.com.',
    retry: 'after-change',
  },
  'unknown/upload': {
    cause: 'The output could not be uploaded.',
    nextStep: 'Check the S3 address and region of the output, the role, and the KMS key of the bucket.',
    retry: 'after-change',
  },
  'unknown/no-training-succeeded': {
    cause: 'No training job of the tuning job succeeded.',
    nextStep: 'Open the first failed training job of the tuning job and read its failure reason.',
    retry: 'after-change',
  },
  'unknown/steps-failed': {
    cause: 'A step of the pipeline failed.',
    nextStep: 'Open the failed step in the pipeline execution. Its own reason says more.',
    retry: undefined,
  },
  'unknown/name-taken': {
    cause: 'Something with this name exists already, or is still being deleted.',
    nextStep: 'Wait until it is deleted, update it instead, or choose another name.',
    retry: 'once',
  },
  'unknown/refused': {
    cause: 'AWS refused the request.',
    nextStep: 'Correct what the reason names.',
    retry: 'after-change',
  },
} as const satisfies Partial<Record<AdviceKey, Advice>>;
