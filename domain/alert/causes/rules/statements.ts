/**
 * SageMaker's statements and their causes. Each pattern begins where the statement begins.
 *
 * Sources: SageMaker developer guide (troubleshooting pages of endpoints, Neo, Clarify, inference pipelines, Python SDK
 * and HyperPod), AWS knowledge center (endpoint creation errors), and reasons that people published.
 */
import type { Rule } from './rule.ts';

/** Capacity, limits, networks, and errors on the side of AWS. */
export const AWS_SIDE: readonly Rule[] = [
  [/^Unable to provision requested (?:ML )?compute capacity/i, 'capacity'],
  [/^\W{0,6}(?:There is )?(?:insufficient|not enough) (?:[\w.-]{1,20} ){0,3}capacity\b/i, 'capacity'],
  [
    /^(?:The )?(?:requested )?instance type .{1,60} is (?:temporarily|currently) (?:unavailable|not available)/i,
    'capacity',
  ],
  [/^Insufficient(?:Instance)?Capacity/, 'capacity'],
  [/^We (?:currently )?do(?: not|n't) have (?:sufficient|enough) (?:[\w.-]{1,40} )?capacity/i, 'capacity'],
  [/^There is no runtime available right now/i, 'capacity'],
  [/^(?:Rate exceeded|ThrottlingException|Throttling\b|TooManyRequests)/i, 'throttling'],
  [/^(?:SlowDown\b|Please reduce your request rate)/i, 'throttling/s3'],
  [/^We encountered an internal error/i, 'internal-service-error'],
  [/^(?:There was )?(?:An )?internal (?:server |service )?(?:error|failure)\b/i, 'internal-service-error'],
  [/^Request to service failed\. If failure persists/i, 'internal-service-error'],
  [/^Internal\w{0,40}(?:Exception|Error|Failure)\b|^ServiceUnavailable/, 'internal-service-error'],
  [/^(?:The )?service (?:is )?(?:currently |temporarily )?unavailable/i, 'internal-service-error'],
  [/^(?:The )?(?:training |processing |transform )?job .{0,60}exceeded .{0,30}\bwait ?time/i, 'time-limit/wait'],
  [/^MaxWaitTime(?:InSeconds)? ?Exceeded/i, 'time-limit/wait'],
  [/^Max(?:imum)?Run(?:ning)?time(?:InSeconds)? ?Exceeded/i, 'time-limit'],
  [
    /^.{0,160}\b(?:exceeded|reached|breached|hit|longer than)\b.{0,40}\b(?:max(?:imum)?(?: allowed)? ?(?:run(?:ning)? ?time|duration)|MaxRuntime|time limit)/i,
    'time-limit',
  ],
  [
    /^(?:.{0,60}[.:] )?(?:Notebook Instance )?Lifecycle (?:config(?:uration)?|scripts?)\b.{0,400}\btook longer than\b/i,
    'user-code-error/lifecycle-script-slow',
  ],
  [/^SpotInterruption/, 'spot-interruption'],
  [/^.{0,80}\bspot\b.{0,60}\b(?:interrupted|interruption|reclaimed|terminated|preempted)\b/i, 'spot-interruption'],
  [/^EFA health checks? did not run successfully/i, 'network-or-vpc/efa'],
  [/^(?:\w{1,20} ){0,4}(?:unable|failed) to (?:reach|connect)\b.{0,200}\bVPC\b/i, 'network-or-vpc'],
  [/^Instance bootstrap failed likely because of customer network/i, 'network-or-vpc'],
  [/^No subnets? in the capacity AZ/i, 'network-or-vpc/zones'],
  [/^Unable to locate at least \d{1,3} availability zone/i, 'network-or-vpc/zones'],
  [/^InsufficientFreeAddresses|^.{0,60}\b(?:free|available) (?:IP )?addresses\b/i, 'network-or-vpc/subnet-full'],
  [/^(?:The )?(?:subnet|security group|vpc)\b.{0,100}does not exist/i, 'network-or-vpc'],
  [/^Please ensure that the subnet's route table has a route/i, 'network-or-vpc/vpc-s3'],
  [
    /^(?:.{0,60}[.:] )?(?:Notebook Instance )?Lifecycle (?:config(?:uration)?|scripts?)\b/i,
    'user-code-error/lifecycle-script',
  ],
  [/^Step failure: One or multiple steps failed/i, 'unknown/steps-failed'],
  [/^(?:See|Please (?:see|check)) (?:the )?(?:job |CloudWatch )?logs?\b/i, 'unknown/script'],
  [/^.{0,80}\b(?:interrupted|reclaimed|preempted)\b.{0,60}\bspot\b/i, 'spot-interruption'],
  [/^(?:Failed|Unable) to (?:create|attach) .{0,30}network interface/i, 'network-or-vpc'],
];

/** Roles, images, models and endpoints that SageMaker could not use. */
export const REFUSED_ACCESS: readonly Rule[] = [
  [
    /^(?:The |execution |IAM ){0,3}role\b.{0,220}\b(?:do(?:es not|esn't) have|not authorized to access) .{0,60}\bs3\b/i,
    's3-permission',
  ],
  // A role that may not pull an image is about the image.
  [
    /^(?:User\b|Cannot\b|.{0,40}\brole\b).{0,400}\b(?:BatchGetImage|BatchCheckLayerAvailability|GetDownloadUrlForLayer|(?:can ?not|unable to|granted|proper) pull)\b/i,
    'image-pull',
  ],
  [
    /^(?:\w{1,20} ){0,3}(?:ECR|docker|container|training|inference|processing|requested|specified|model) image\b.{0,400}\b(?:not|invalid|unsupported|denied|unable|cannot)\b/i,
    'image-pull',
  ],
  [
    /^(?:(?:Cannot|Could not|Unable to|Failed to) (?:find|retrieve)|Invalid|Unsupported|Using non-ECR|No) (?:the )?(?:\w{1,20} ){0,2}(?:image|repository)\b/i,
    'image-pull',
  ],
  [/^.{0,300}\b(?:manifest unknown|dkr\.ecr\.[\w.:/-]{1,260} not found)/i, 'image-pull'],
  [
    /^(?:(?:The|provided|specified|IAM|execution) ){0,3}role\b.{0,220}\bdo(?:es not|esn't) have (?:the )?(?:.{0,40} )?(?:permissions?|access)\b.{0,60}s3/i,
    's3-permission',
  ],
  [
    /^(?:(?:The|provided|specified|IAM|execution) ){0,3}role\b.{0,220}\bdo(?:es not|esn't) have (?:the )?(?:.{0,40} )?(?:permissions?|access)\b/i,
    'execution-role',
  ],
  [
    /^(?:SageMaker (?:was )?)?(?:could not|(?:was )?unable to|cannot|failed to) assume (?:the )?(?:execution )?role/i,
    'execution-role/not-assumed',
  ],
  [
    /^(?:SageMaker )?(?:(?:is|was) )?(?:unable|not (?:able|authorized)) to perform:? sts:AssumeRole/i,
    'execution-role/not-assumed',
  ],
  [/^(?:RoleArn: )?Cross-account pass role/i, 'execution-role/not-assumed'],
  [/^(?:The )?execution role\b.{0,220}\b(?:invalid|not valid|not exist|permissions?)\b/i, 'execution-role'],
  [
    /^(?:(?:The|provided|specified|given|IAM) ){0,3}role\b.{0,220}\b(?:invalid|not valid|not exist|not be found)\b/i,
    'execution-role',
  ],
  [/^(?:User: .{0,220})?Access denied for repository/i, 'image-pull'],
  [/^(?:CannotPull|(?:Unable|Failed) to pull|(?:Could not|Cannot) pull)/i, 'image-pull'],
  [/^Please make sure all images included in the model/i, 'image-pull'],
  [/^The repository of (?:your|the) image\b|^.{0,300}\bdoes not grant\b.{0,20}\becr:/i, 'image-pull'],
  [
    /^(?:The )?(?:(?:container|training|inference|docker|ECR|specified) )?image (?:URI |with tag \S{1,128} )?(?:does(?: not|n't) exist|is in (?:the )?region)/i,
    'image-pull',
  ],
  [
    /^(?:Cannot|Could not|Unable to) access (?:the )?(?:\w{1,20} )?image\b|^(?:Error: )?pull access denied for |^.{0,400}\bCross[- ]region ECR image pulls\b|^(?:Cross-account )?ECR\b.{0,80}\bdenied\b/i,
    'image-pull',
  ],
  [/^The repository with name .{1,260}? does not exist/i, 'image-pull'],
  [/^.{0,120}\b(?:ErrImagePull|ImagePullBackOff)\b/, 'image-pull'],
  [/^(?:Unsupported|Invalid) image manifest|^Unsupported manifest (?:media )?type/i, 'image-pull'],
  [/^Image size \d{1,15} (?:is greater|>)/i, 'image-pull/too-large'],
  [/^failed to resolve reference ['"]?\S{1,200}dkr\.ecr\.|^Invalid (?:region \S{1,40} in )?image URI/i, 'image-pull'],
  [
    /^(?:The )?image ['"]?\S{0,100}dkr\.ecr\.\S{1,300} (?:could not be|was not|not) found|^(?:The )?image ['"]?\S{0,100}dkr\.ecr\.\S{1,300} does not exist/i,
    'image-pull',
  ],
  [
    /^(?:(?:The|Your) )?Model ?(?:data|artifacts?|package)\b.{0,120}\b(?:not (?:a )?(?:valid|tar|gzip)|corrupt|must be (?:a |in )?(?:valid )?\.?(?:tar|gzip))/i,
    'model-artifact-wrong',
  ],
  [/^CannotStartContainerError/, 'unknown/container-start'],
  [/^.{0,220}\bdid not pass the ping health check/i, 'endpoint-health-check'],
  [
    /^(?:The )?(?:\w{1,20} )?container\b.{0,120}\b(?:failed to|did not) respond to (?:the )?ping\b/i,
    'endpoint-health-check',
  ],
  [/^Could not find model data at/i, 'model-artifact-wrong/not-found'],
  [/^Could not find (?:the )?model ['"]?arn:/i, 'model-artifact-wrong/no-model'],
  // SageMaker names the path and the role alike.
  [
    /^(?:Could not|Failed to|Unable to) (?:access|download) (?:the )?model (?:data|artifacts?)\b/i,
    'unknown/model-data',
  ],
  [/^(?:Failed|Unable) to extract model data archive.{0,600}too large/i, 'host-memory'],
  [/^(?:Failed|Unable) to (?:extract model data|untar)/i, 'model-artifact-wrong'],
  [
    /^(?:No S3 objects found under S3 URL|S3 (?:object|URI)).{0,900}bucket is in (?:this|a different|another) region/i,
    'no-input-data/region',
  ],
  [/^No S3 objects found under S3 URL/i, 'no-input-data'],
  [/^S3 (?:object|URI|key|prefix)\b.{0,160}does not exist/i, 'no-input-data'],
  [/^NoSuchBucket|^The (?:specified |S3 )?bucket\b.{0,100}does not exist/i, 'no-input-data/no-bucket'],
  [/^NoSuchKey|^The specified key does not exist/i, 'no-input-data'],
  [/^For FastFile mode, partial S3 prefix/i, 'no-input-data/fastfile-prefix'],
  [/^(?:KMS|The (?:KMS|customer master|specified KMS) key|The ciphertext refers to)/i, 'kms'],
  [/^.{0,200}\bnot (?:authorized|permitted|allowed) to perform:? ?["'[]?kms:[A-Z]/, 'kms'],
  [/^Client\.InvalidKMSKey|^.{0,160}\bKMS[ -]?key\b/, 'kms'],
  [/^(?:S3 access denied|(?:Unable to access (?:the )?)?S3 .{0,200}\bAccess ?Denied)\b/i, 's3-permission'],
  [
    /^Insufficient S3 permission|^.{0,120}\b(?:role has|do(?:es)?(?: not|n't) have) (?:the )?["'[]?s3:[A-Z]/,
    's3-permission',
  ],
  [
    /^(?:Access|Unable|Failed|SageMaker|Could not|Cannot|The bucket policy)\b.{0,160}\b(?:S3|bucket)\b.{0,160}\b(?:denie[ds]|AccessDenied|Forbidden)\b|^The bucket policy denies\b/,
    's3-permission',
  ],
  [/^Insufficient (?:[A-Z]\w{0,20} ){1,3}permission/, 'execution-role'],
  [/^\W{0,6}unauthorized (?:access to )?S3\b/i, 's3-permission'],
  [
    /^The AWS Access Key Id you (?:have )?provided does not exist|^The (?:security|provided) token (?:included in the request )?(?:is|has) (?:expired|invalid)/i,
    'execution-role/credentials',
  ],
  [/^Access ?denied (?:when|while) (?:describing|creating|updating|invoking|calling)\b/i, 'execution-role'],
  [/^(?:Your )?Access(?: has been| was)? ?Denied\b.{0,200}\b(?:s3|bucket)\b/i, 's3-permission'],
  [/^(?:docker: )?Error response from daemon: (?:manifest|pull access denied|repository|No such image)/, 'image-pull'],
  [/^.{0,300}no basic auth credentials|^(?:denied: )?Your authorization token has expired/, 'image-pull'],
  [
    /^.{0,120}\b(?:container|model|variant)\b.{0,240}\b(?:failed|did not (?:pass|respond to)|passing) (?:the |its )?(?:ping )?health ?checks?\b/i,
    'endpoint-health-check',
  ],
];

/** AWS calls it a quota, and people find a region that does not offer the type. */
export const NOT_OFFERED = /^The requested resource [\w/.-]{1,120} is not available in this region/i;

/** Requests and hyperparameters that SageMaker or its algorithms refused. */
export const REFUSED_INPUT: readonly Rule[] = [
  [
    /^(?:Unable to initialize the algorithm\. )?Failed to validate input data configuration/i,
    'entry-point-or-arguments',
  ],
  [/^Additional properties are not allowed \('(?:train(?:ing)?|validation|test)'/i, 'entry-point-or-arguments'],
  [
    /^.{0,200}\b(?:may|must|can|should)(?: ?not| never) (?:contain|be)\b.{0,40}\b(?:null|empty|blank)\b/i,
    'entry-point-or-arguments',
  ],
  [/^Operator(?:Not|Attribute)\w{1,40}/, 'framework-version-conflict'],
  [/^Invalid \w{1,60}Request\b|^Invalid request provided/, 'entry-point-or-arguments'],
  [/^(?:Error fetching|Failed to fetch|Could not fetch) the (?:training |container )?image/i, 'image-pull'],
  [/^\d{1,3} validation errors? detected: .{0,200}\bat 'hyperParameters/i, 'hyperparameter-invalid'],
  [
    /^\d{1,3} validation errors? detected: |^'?\w{1,60}' failed to satisfy constraint|^Only the following fields in \w{1,60} are allowed to change/i,
    'entry-point-or-arguments',
  ],
  [/^S3 key\b.{0,300}illegal char/i, 'entry-point-or-arguments'],
  [/^(?:Please )?specify (?:only |exactly )?(?:one|either)\b/i, 'entry-point-or-arguments'],
  [/^The Parameters could not be used to start the Task: /, 'entry-point-or-arguments'],
  [/^(?:Amazon )?SageMaker\b.{0,80}\bdo(?:es)?(?: not|n't) support\b/i, 'entry-point-or-arguments'],
  [/^.{0,60}\binstance count (?:needs to|must|should|has to|cannot) be\b/i, 'entry-point-or-arguments'],
  // The name of a parameter of the request: `ManagedInstanceScaling is not supported …`.
  [/^(?:[A-Z][a-z0-9]{1,20}){2,6} (?:is|are) not (?:supported|allowed|permitted)\b/, 'entry-point-or-arguments'],
  [/^Parameter validation failed.{0,600}Unknown parameter in/i, 'unknown/refused'],
  [NOT_OFFERED, 'quota/not-in-region'],
  [/^Parameter validation failed/i, 'entry-point-or-arguments'],
  [/^Unsupported instance type\b/i, 'entry-point-or-arguments'],
  [/^Please use a GPU instance/i, 'entry-point-or-arguments/gpu-needed'],
  [/^No training job succeeded after \d{1,6} attempts/i, 'unknown/no-training-succeeded'],
  [/^A metric is required for this hyperparameter tuning job/i, 'hyperparameter-invalid/tuning'],
  [/^No objective metrics? (?:was |were )?(?:found|emitted)/i, 'hyperparameter-invalid/tuning'],
  [/^.{0,240} is not valid for the '.{1,60}' hyperparameter/i, 'hyperparameter-invalid'],
  [/^.{0,240} is not valid under any of the given schemas/i, 'hyperparameter-invalid'],
  [/^(?:.{0,400} )?Failed validating u?'\w{1,30}' in schema/i, 'hyperparameter-invalid'],
  [
    /^(?:The |Missing |Required |Invalid |Unknown |Extraneous )?(?:required )?hyper-?parameters?\b/i,
    'hyperparameter-invalid',
  ],
  [/^.{0,600}\(caused by ValidationError\)/, 'hyperparameter-invalid'],
  [/^Please use an instance type with more memory|^Out of Memory\. Please use a larger instance/i, 'host-memory'],
  [/^Ping failed due to insufficient memory/i, 'host-memory'],
  [/^Insufficient disk space|^No space left on device/i, 'disk-full'],
  [/^Received (?:server|client) error \(\d{1,3}\) from/i, 'unknown/model-error'],
  [
    /^(?:Exception invoking|Error invoking|Unable to invoke|Failed to invoke) the Lambda function/i,
    'labeling-configuration/lambda',
  ],
  [/^Job inputs had no data/i, 'no-input-data'],
  [/^Cannot create already existing|^.{0,200}\balready exists\b/i, 'unknown/name-taken'],
  [
    /^(?:Missing|No) (?:required |input )?channel\b|^.{0,60}\bchannel\b['"\w :-]{0,40}\b(?:is )?(?:not specified|missing|not found)(?=[.,;]|$)|^no files? found in path \/opt\/ml\/input/i,
    'no-input-data',
  ],
  [/^.{0,120}\bhyper-?parameter (?:ranges?|combinations?)\b/i, 'hyperparameter-invalid/tuning'],
  [/^.{0,80}\bhyper-?parameters? (?:is|are|must|has|have|was|cannot|should)\b/i, 'hyperparameter-invalid'],
  [/^Additional properties are not allowed|^.{0,200}\bmini_batch_size\b/i, 'hyperparameter-invalid'],
  [/^The objective metric\b.{0,160}(?:isn't|is not) valid/i, 'hyperparameter-invalid/tuning'],
];
