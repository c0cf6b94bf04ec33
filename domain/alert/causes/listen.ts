/**
 * Who gives a reason, and what they say.
 *
 * SageMaker puts the speaker first: `AlgorithmError` (the code in the container), `ClientError` (SageMaker refuses
 * what it was given), `InternalServerError`, `CapacityError`. Its SDKs and pipelines put words of their own around that.
 * Source: SageMaker API reference, DescribeTrainingJob (FailureReason), and the SageMaker Python SDK (session.py).
 */

export interface Spoken {
  /** `code`: the code in the container. `service`: SageMaker. `unsaid`: the text does not name its speaker. */
  readonly by: 'code' | 'service' | 'unsaid';
  /** The kind of error that SageMaker names: `CapacityError`. */
  readonly kind: string | undefined;
  /** The text without what stands around it, as one line. Addresses in S3 are shortened to `s3://…`. */
  readonly text: string;
  /** The exit code of the container, negative if a signal ended the process. */
  readonly exitCode: number | undefined;
}

/** Longest text that is read. SageMaker's reasons have at most 1,024 characters; logs may have more. */
const LONGEST = 4096;

/** What SDKs, Terraform, pipelines and HyperPod write before SageMaker's own words. */
const AROUND = [
  /^[\s"'`[({\\]{1,8}/,
  /^(?:ERROR|Error)\]:? /,
  /^(?:error|errorMessage|message|detail)["']: ?["'](?:\w{1,40}\(["'])?/,
  /^An error occurred: /,
  /^(?:Error: )?(?:operation error .{1,300}?, )?api error (?=[A-Z]\w{1,60}: )/,
  /^exit_message: /,
  /^(?:Create|Update|Start)[A-Z]\w{2,40} (?:fails|failed)(?: with)?: /,
  /^Failure ?(?:Reason|Message)["']?:? ?/i,
  /^(?:[A-Za-z][\w-]{0,50}-\d{2,4}[\w-]{0,20}: )?Failed\.? Reason: ?/,
  // CloudFormation's events, the CDK, and the SDK for Java.
  /^(?:[\w:.+-]{1,40} ){0,5}(?:\| )?(?:CREATE|UPDATE)_FAILED\b:? ?(?:\| AWS::\w{1,40}::\w{1,40} ?(?:\| ?\w{1,255} ?)?)?(?:\| )?/,
  /^(?:\S{1,128} failed: )?(?:Error: )?The stack named \S{1,128} failed .{1,160}?: [A-Z_]{8,40}: /,
  /^(?:[\w.]{1,120}\.)?(?:Amazon)?SageMakerException: /,
  /^(?:\w{1,40}Status: ?\w{1,40},? ){1,3}additional: ?/,
  /^TrainingHostAgent Initialization failed: ?(?:\w{1,40}Exception: ?)?/,
  /^(?:[\w.]{1,80}: )?Error (?:for|training|hosting) .{1,160}?: Failed\.? Reason: ?/,
  /^(?:[\w.]{1,80}: )?Encountered unexpected failed state .{1,160}? Failure Reason: ?/,
  /^(?:Error: )?waiting for .{1,240}? last error: /,
  /^(?:Error: )?(?:error )?[a-z]{1,20}ing SageMaker .{1,200}? (?:api error )?(?=[A-Z]\w{1,60}(?:Exception|Exceeded|InUse|Error): )/,
  /^(?:[\w.]{1,80}\.)?(?:UnexpectedStatusException|FailedStatusError): (?:\.{3} )?/,
  /^Resource handler returned message: ["']?/,
  /^(?:[\w.]{1,80}: )?SageMaker (?:\w{1,20} )?job failed because /i,
  /^(?:[\w.]{1,80}: )?(?:Training|Processing|Transform|Labeling|Compilation|Tuning) job .{0,80}?failed(?: with .{0,20}?| for reason)?: /i,
  /^An error occurred while executing the state .{1,120}? \(entered at the event id #\d{1,6}\)\. /,
  /^Unable to (?:create|start|update) [\w ]{1,60}: /,
  /^(?:ClientError: )?Failed to invoke sagemaker:\w{1,60}\. Error Details: /,
  /^Instance .{1,60}? failed to provision with the following error: /i,
];

const KIND =
  /^(ClientError|Customer ?Error|ServerError|AlgorithmError|Internal(?:Server|Service)(?:Error|Exception)|InternalFailure(?:Exception)?|ServiceUnavailable(?:Exception)?|CapacityError|(?:EC2)?InsufficientCapacityError|ResourceLimitExceeded|ThrottlingException|ValidationException|AccessDeniedException)(?=[:.,\s]|$):? ?/;

/** Reads who speaks. */
export function listen(reason: string): Spoken {
  let text = oneLine(reason);
  let kind: string | undefined;
  for (let rest: string | undefined = text; rest !== undefined; ) {
    text = rest;
    const named = KIND.exec(text);
    // The code may say anything after this: no more words of SageMaker are read.
    if (kind === 'AlgorithmError') break;
    kind = named?.[1] === 'ClientError' ? (kind ?? named[1]) : (named?.[1] ?? kind);
    rest = named === null ? unwrapped(text) : text.slice(named[0].length);
  }
  const by = kind === 'AlgorithmError' ? 'code' : kind === undefined ? 'unsaid' : 'service';
  return { by, kind, text, exitCode: exitCodeIn(text) };
}

function unwrapped(text: string): string | undefined {
  const around = AROUND.map((pattern) => pattern.exec(text)?.[0]).find((words) => words !== undefined);
  return around === undefined ? undefined : text.slice(around.length);
}

/** `text` as one line. The names of objects are other people's words: `s3://data/access denied/403 Forbidden`. */
export const oneLine = (text: string, longest = LONGEST): string =>
  text
    .slice(0, longest)
    .replace(/\s{1,4096}/g, ' ')
    .trim()
    .replace(/s3a?:\/\/[^\s"',;)]{1,1100}/g, 's3://…');

const EXIT_CODE = /\bexit ?code ?:? ?(-?\d{1,3})\b|\bexit(?:ed with|-| status)(?: (?:code|status))?:? ?(-?\d{1,3})\b/i;

function exitCodeIn(text: string): number | undefined {
  const [, first, second] = EXIT_CODE.exec(text) ?? [];
  const code = first ?? second;
  return code === undefined ? undefined : Number(code);
}
