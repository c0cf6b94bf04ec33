/**
 * Why SageMaker jobs fail, in plain words.
 *
 * The first entry that matches wins, so a special pattern must come before a general one. Matching ignores case and
 * repeated white space. The patterns come from real failure texts in AWS documentation and public issues.
 */

/** `yes`: the same request may succeed later. `after-change`: it will fail again until somebody changes something. */
export type Retry = 'yes' | 'once' | 'after-quota' | 'after-change';

/** A command that people can paste. */
export interface Command {
  /** What the command is for: `To raise its cap`. */
  readonly does: string;
  readonly command: string;
}

/** A cause people can act on. */
export interface Cause {
  /** Stable identifier for programs. */
  readonly code: string;
  /** What went wrong, one sentence. */
  readonly cause: string;
  /** What to do next, one or two sentences. */
  readonly nextStep: string;
  readonly commands?: readonly Command[];
  /** Whether it helps to try again. Absent while nothing has ended. */
  readonly retry: Retry | undefined;
}

interface Entry extends Cause {
  readonly match: RegExp;
}

const CATALOGUE: readonly Entry[] = [
  {
    code: 'capacity',
    match:
      /unable to provision requested ml compute capacity|not enough capacity|insufficient\w*capacity|insufficient (?:\w+ ){0,2}capacity/,
    cause: 'AWS had no free capacity of this instance type.',
    nextStep:
      'Retry later, or use another instance type, subnet (availability zone) or region. ' +
      'For tuning jobs give fallback instance types.',
    retry: 'yes',
  },
  {
    code: 'internal-error',
    match: /internalservererror|encountered an internal error/,
    cause: 'SageMaker had an internal error. Your code is probably not the cause.',
    nextStep:
      'Retry once or twice. If the error repeats and there is no log, look for very large checkpoints or models. ' +
      'Then contact AWS support.',
    retry: 'once',
  },
  {
    code: 'quota',
    match: /resourcelimitexceeded|account-level service limit/,
    cause: 'The account has reached its quota for this kind of instance.',
    nextStep: 'Request a higher quota in Service Quotas (SageMaker), or stop other jobs of this type. Then retry.',
    retry: 'after-quota',
  },
  {
    code: 'memory',
    match: /please use an instance type with more memory|out of memory\. please use a larger instance/,
    cause: 'The instance ran out of memory.',
    nextStep: 'Use a larger instance, a smaller batch size, or split the input over more instances.',
    retry: 'after-change',
  },
  {
    code: 'gpu-memory',
    match: /cuda out of memory|cuda error: out of memory|torch\.outofmemoryerror|std::bad_alloc/,
    cause: 'The GPU ran out of memory.',
    nextStep: 'Use a smaller batch, gradient checkpointing, a GPU with more memory, or model parallelism.',
    retry: 'after-change',
  },
  {
    code: 'killed',
    match: /exit ?code:? ?137/,
    cause: 'The process was killed (exit code 137), most likely because it ran out of memory.',
    nextStep: 'Check memory use in the log and metrics. Use a larger instance or a smaller batch.',
    retry: 'after-change',
  },
  {
    code: 'segmentation-fault',
    match: /exit ?code:? ?139/,
    cause: 'The process crashed with a segmentation fault (exit code 139).',
    nextStep: 'Look for native libraries or CUDA drivers that do not match the container image.',
    retry: 'after-change',
  },
  {
    code: 'entry-point',
    match: /exit ?code:? ?12[67]/,
    cause: 'The entry point is missing (127) or cannot be executed (126).',
    nextStep: 'Check the image, the path, line endings (LF) and the executable bit (chmod +x).',
    retry: 'after-change',
  },
  {
    code: 'disk',
    match: /insufficient disk space|no space left on device/,
    cause: 'The disk of the instance is full.',
    nextStep: 'Raise VolumeSizeInGB, or read the data in FastFile or Pipe mode.',
    retry: 'after-change',
  },
  {
    code: 'vpc-s3',
    match: /route to an s3 vpc endpoint|unable to execute request to s3/,
    cause: 'The job cannot reach S3 from its subnets.',
    nextStep:
      'Add an S3 gateway endpoint or a NAT to the route table. ' +
      'Check that security groups and network ACLs allow outbound traffic.',
    retry: 'after-change',
  },
  {
    code: 'upload-denied',
    match: /artifact upload failed.*(?:accessdenied|403)|(?:accessdenied|403).*artifact upload failed/,
    cause: 'The job has no permission to write its output.',
    nextStep:
      'Give the execution role s3:PutObject on the output path. ' +
      'If the bucket has a KMS key, let the role use that key.',
    retry: 'after-change',
  },
  {
    code: 'access-denied',
    // "Access denied for repository" must not match here: it has its own entry below.
    match: /accessdenied|access denied(?! for repository)|403 forbidden|not authorized to perform/,
    cause: 'The job was denied access to something that it needs.',
    nextStep:
      'Give the execution role the action and the resource that the reason names. ' +
      'Check bucket, KMS key and ECR repository policies too.',
    retry: 'after-change',
  },
  {
    code: 'no-input',
    match: /no s3 objects found under s3 url/,
    cause: 'There are no objects under the input prefix, or the role cannot list them.',
    nextStep: 'Check the S3 prefix and region. Check that the role has s3:ListBucket.',
    retry: 'after-change',
  },
  {
    code: 'no-bucket',
    match: /nosuchbucket|\bbucket\b.{0,60}does not exist|does not exist.{0,40}\bbucket\b/,
    cause: 'The S3 bucket does not exist.',
    nextStep: 'Correct the bucket name. The bucket must be in the region of the job.',
    retry: 'after-change',
  },
  {
    code: 'fastfile-prefix',
    match: /fastfile mode, partial s3 prefix/,
    cause: 'FastFile mode does not accept a partial S3 prefix.',
    nextStep: 'End the prefix with "/".',
    retry: 'after-change',
  },
  {
    code: 'download',
    match: /data download failed/,
    cause: 'The input data could not be downloaded.',
    nextStep: 'Check the S3 URI and region, the role, and the KMS key of the data.',
    retry: 'after-change',
  },
  {
    code: 'role',
    match: /could not assume role|cross-account pass role/,
    cause: 'SageMaker could not assume the execution role.',
    nextStep: 'Check the role ARN. The trust policy of the role must name sagemaker.amazonaws.com.',
    retry: 'after-change',
  },
  {
    code: 'image',
    match: /access denied for repository|cannot pull|\bimage\b(?! \/).{0,120}not found/,
    cause: 'The container image could not be pulled.',
    nextStep:
      'Check the image URI, tag, region and registry account, the ECR permissions of the role, ' +
      'and the repository policy.',
    retry: 'after-change',
  },
  {
    code: 'container-start',
    match: /cannotstartcontainererror/,
    cause: 'The container did not start.',
    nextStep:
      'Check that the image is linux/amd64, has its entry point ("serve" or "train"), ' +
      'and matches the CUDA driver of the instance.',
    retry: 'after-change',
  },
  {
    code: 'health-check',
    match: /did not pass the ping health check/,
    cause: 'The model server did not answer its health check. The model probably did not load.',
    nextStep:
      'Read the endpoint log for memory errors and missing modules. ' +
      'For large models, raise ContainerStartupHealthCheckTimeoutInSeconds.',
    retry: 'after-change',
  },
  {
    code: 'model-data',
    match: /could not find model data at/,
    cause: 'The model artifact is not at the path that the model names.',
    nextStep: 'Check that the artifact exists and is in this region, and that the role can read it.',
    retry: 'after-change',
  },
  {
    code: 'zones',
    match: /unable to locate at least 2 availability zone/,
    cause: 'The subnets cover fewer than two availability zones that offer this instance type.',
    nextStep: 'Choose subnets in at least two availability zones that offer the type.',
    retry: 'after-change',
  },
  {
    code: 'not-in-region',
    match: /is not available in this region/,
    cause: 'This instance type is not offered for this kind of job in this region.',
    nextStep: 'Choose a type that the region supports for this kind of job.',
    retry: 'after-change',
  },
  {
    code: 'no-training-succeeded',
    match: /no training job succeeded after \d+ attempts/,
    cause: 'No training job of the tuning job succeeded.',
    nextStep: 'Open the first failed training job of the tuning job and read its failure reason.',
    retry: 'after-change',
  },
  {
    code: 'gpu-needed',
    match: /please use a gpu instance/,
    cause: 'The algorithm needs a GPU.',
    nextStep: 'Choose an ml.g or ml.p instance type.',
    retry: 'after-change',
  },
  {
    code: 'hyperparameter',
    match: /is not valid under any of the given schemas|failed validating/,
    cause: 'A hyperparameter has a value that the algorithm does not accept.',
    nextStep: 'Compare the hyperparameters with the documentation of the algorithm.',
    retry: 'after-change',
  },
  {
    code: 'model-error',
    match: /received server error \(5..\)/,
    cause: 'The model container answered with a server error.',
    nextStep: 'Read the log of the model container. The fault is in the inference code or its data.',
    retry: 'after-change',
  },
  {
    code: 'code-or-data',
    match: /nan loss|filenotfounderror|modulenotfounderror|importerror/,
    cause:
      'The script failed because of its code or data: a missing file, a missing module, ' +
      'or a loss that is not a number.',
    nextStep: 'Correct the code, the input path or requirements.txt, as the reason says.',
    retry: 'after-change',
  },
  {
    code: 'script',
    match: /executeuserscripterror|algorithmerror:? ?,? exit code:? ?1\b|see job logs for more information/,
    cause: 'The code in the container ended with an error.',
    nextStep: 'Read the end of the log. The error is there.',
    retry: 'after-change',
  },
];

/** The cause behind SageMaker's failure text, or `undefined` if the catalogue does not know the text. */
export function explainFailure(reason: string): Cause | undefined {
  const text = reason.toLowerCase().replace(/\s+/g, ' ');
  const hit = CATALOGUE.find(({ match }) => match.test(text));
  if (hit === undefined) return undefined;
  const { match: _, ...cause } = hit;
  return cause;
}

/** The code of each entry. A test requires a real failure text for each. */
export const CATALOGUE_CODES: readonly string[] = CATALOGUE.map(({ code }) => code);
