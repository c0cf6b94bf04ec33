/** What the type of an exception says, and where the type alone does not tell, its message. */
import type { Key } from '../advice/advice.ts';
import { deniedIn } from './access.ts';
import { apiErrorIn, beginsWithApiError, explainApiError } from './api.ts';
import { frameIn, isInstalled } from './frames.ts';
import { importErrorIn, isOfVersions } from './packages.ts';
import { PROGRAMS } from './programs.ts';
import { firstOf } from './rule.ts';

export interface Exception {
  /** With its module: `botocore.exceptions.ClientError`. */
  readonly type: string;
  readonly message: string;
  /** The last frame of its traceback, as one line, which raised it. Empty if the text has none. */
  readonly frame: string;
}

/** Exceptions that only say that another process failed. The cause is elsewhere in the text. */
const PASSES_ON =
  /^(?:ChildFailedError|CalledProcessError|ExecuteUserScriptError|ProcessRaisedException|ProcessExitedException|SubprocessError|RayTaskError|SystemExit|UnexpectedStatusException|FailedStatusError|TrainingJobError)$/;

/** Types that mean an error of the code, whatever it works on. */
const OF_CODE = new Set(
  'IndentationError NameError PicklingError RecursionError SyntaxError TabError UnboundLocalError UnicodeEncodeError ZeroDivisionError'.split(
    ' ',
  ),
);
/** What a `TypeError` says of the code itself. A class and `forward` may come from a library. */
const WRONG_TYPE =
  /^unsupported operand type|^can only concatenate|not JSON serializable|not supported between instances|^can't multiply sequence|^must be real number, not str|^unhashable type: |does not support item assignment|^not all arguments converted during string|^'str' object cannot be interpreted as an integer|^(?!forward\b)[a-z]\w{0,60}\(\) (?:missing|takes)\b/;

/** Objects whose attributes only the code itself names. */
const OWN_ATTRIBUTE = /^'Namespace' object has no attribute '/;

const isOfCode = (short: string, message: string) =>
  OF_CODE.has(short) ||
  (short === 'AttributeError' && OWN_ATTRIBUTE.test(message)) ||
  (short === 'TypeError' && WRONG_TYPE.test(message));

type Judge = Key | ((message: string, type: string) => Key | undefined);

/** A file that SageMaker or the image should have brought. Any other file may be one that the code makes, or a typo. */
const file = (message: string): Key | undefined => {
  if (/\/dev\/shm/.test(message)) return 'shared-memory';
  return /'(\w{1,40})': '\1'|: '(?:train|serve)'/.test(message) ? 'entry-point-or-arguments/not-started' : undefined;
};
const hadoopFile = (message: string): Key | undefined => (/s3:\/\//.test(message) ? 'no-input-data' : undefined);
/** Hadoop's and Java's words for an answer of S3. */
const s3 = (message: string): Key | undefined => {
  if (deniedIn(message) === 'kms') return 'kms';
  if (!/\bs3/i.test(message)) return undefined;
  if (/SlowDown|\b503\b/.test(message)) return 'throttling/s3';
  return /\b404\b|NoSuch|Not Found/.test(message) ? 'no-input-data' : 's3-permission';
};
const http = (message: string): Key =>
  /\b5\d\d\b|\b429\b|timed out/i.test(message) ? 'external-service' : 'external-service/refused';
const permission = (message: string): Key | undefined => {
  if (/s3:\/\/|Access Denied|^Forbidden/.test(message)) return 's3-permission';
  return /\/(?:train|serve)'|\.sh'/.test(message) ? 'entry-point-or-arguments/not-started' : undefined;
};
const database = (message: string, type: string): Key | undefined => {
  // SQLite is no service: its file is on the disk of the instance.
  if (/^sqlite3\./.test(type) || /^\(sqlite3\./.test(message))
    return /\bdisk is full\b/.test(message) ? 'disk-full' : undefined;
  return /denied|authentication|password/i.test(message) ? 'external-service/refused' : 'external-service';
};
const memory = (message: string, type: string): Key | undefined => {
  if (/^(?:java|ray|duckdb)\./.test(type) || /\bheap\b|GC overhead/.test(message)) return 'host-memory';
  return /^torch\./.test(type) || /\b(?:CUDA|GPU|HIP)\b/.test(message) ? 'gpu-memory' : undefined;
};
/** Communication also breaks when one process runs out of memory. */
const distributed = (message: string): Key => firstOf(PROGRAMS, message) ?? 'distributed-communication';
/** A service that wants money does not answer later either. */
const rateLimit = (message: string): Key =>
  /insufficient_quota|check your plan and billing/.test(message) ? 'external-service/refused' : 'external-service';
const argument = (_: string, type: string): Key | undefined =>
  /^(?:argparse\.)?ArgumentError$/.test(type) ? 'entry-point-or-arguments' : undefined;
const environment = (message: string): Key | undefined =>
  /^['"]SM_[A-Z_]{1,60}['"]/.test(message) ? 'entry-point-or-arguments' : undefined;

/** Classes of Scala differ between its versions. */
const javaClass = (message: string): Key =>
  /^scala[./]/.test(message) ? 'framework-version-conflict' : 'missing-module';

/** By the last part of the type. */
const BY_TYPE: Readonly<Record<string, Judge>> = {
  MemoryError: 'host-memory',
  _ArrayMemoryError: 'host-memory',
  ArrowMemoryError: 'host-memory',
  OutOfMemoryException: memory,
  TerminatedWorkerError: 'host-memory/killed',
  OutOfMemoryError: memory,
  ResourceExhaustedError: (message) => (/\bCPU\b|\bcpu\b/.test(message) ? 'host-memory' : 'gpu-memory'),
  ModuleNotFoundError: importErrorIn,
  ImportError: importErrorIn,
  ClassNotFoundException: javaClass,
  NoClassDefFoundError: javaClass,
  FileNotFoundError: file,
  FileNotFoundException: hadoopFile,
  NoSuchFileException: file,
  NotADirectoryError: file,
  JSONDecodeError: 'data-format-or-shape',
  ParserError: (message) => (/out of memory/.test(message) ? 'host-memory' : 'data-format-or-shape'),
  EmptyDataError: 'data-format-or-shape',
  UnicodeDecodeError: 'data-format-or-shape',
  UnidentifiedImageError: 'data-format-or-shape',
  ArrowInvalid: 'data-format-or-shape',
  ArrowTypeError: 'data-format-or-shape',
  CastError: 'data-format-or-shape',
  CorruptHeaderError: 'data-format-or-shape',
  ArgumentError: argument,
  ArgumentTypeError: 'entry-point-or-arguments',
  ConfigAttributeError: 'entry-point-or-arguments',
  ConfigKeyError: 'entry-point-or-arguments',
  ConfigCompositionException: 'entry-point-or-arguments',
  MissingConfigException: 'entry-point-or-arguments',
  MissingMandatoryValue: 'entry-point-or-arguments',
  OverrideParseException: 'entry-point-or-arguments',
  UnrecognizedOptionException: 'entry-point-or-arguments',
  UnrecognizedFlagError: 'entry-point-or-arguments',
  CannotPullContainerError: 'image-pull',
  RepositoryNotFoundException: 'image-pull',
  ImageNotFoundException: 'image-pull',
  // An SDK that is too old does not know a parameter that exists.
  ParamValidationError: (message) => (/Unknown parameter in/.test(message) ? undefined : 'entry-point-or-arguments'),
  InstallRequirementsError: 'dependency-install-failed',
  InstallModuleError: 'dependency-install-failed',
  DistributionNotFound: 'missing-module',
  PackageNotFoundError: 'missing-module',
  // Java found a class, but of another version.
  AbstractMethodError: 'framework-version-conflict',
  IncompatibleClassChangeError: 'framework-version-conflict',
  NoSuchFieldError: 'framework-version-conflict',
  NoSuchMethodError: 'framework-version-conflict',
  UnsupportedClassVersionError: 'framework-version-conflict',
  APIRemovedInV1: 'framework-version-conflict',
  InvalidVersion: 'framework-version-conflict',
  InvalidRequirement: 'dependency-install-failed',
  PydanticUserError: 'framework-version-conflict',
  PydanticImportError: 'framework-version-conflict',
  VersionConflict: 'framework-version-conflict',
  ContextualVersionConflict: 'framework-version-conflict',
  InvalidModelException: 'model-artifact-wrong',
  ModelNotFoundException: 'model-artifact-wrong',
  SafetensorError: 'model-artifact-wrong',
  HeaderTooLarge: 'model-artifact-wrong',
  ConnectTimeout: 'network-or-vpc',
  ConnectTimeoutError: 'network-or-vpc',
  EndpointConnectionError: 'network-or-vpc',
  NameResolutionError: 'network-or-vpc',
  NewConnectionError: 'network-or-vpc',
  LocalEntryNotFoundError: 'network-or-vpc',
  GatedRepoError: 'external-service/refused',
  RepositoryNotFoundError: 'external-service/refused',
  RevisionNotFoundError: 'external-service/refused',
  AuthenticationError: 'external-service/refused',
  HTTPError: http,
  HfHubHTTPError: http,
  HTTPStatusError: http,
  RateLimitError: rateLimit,
  CommError: 'external-service',
  DiskFull: 'external-service',
  CommClosedError: distributed,
  OperationalError: database,
  InterfaceError: database,
  DistBackendError: distributed,
  DistNetworkError: distributed,
  DistStoreError: distributed,
  HorovodInternalError: distributed,
  RendezvousTimeoutError: distributed,
  RendezvousConnectionError: distributed,
  RendezvousClosedError: distributed,
  AmazonS3Exception: s3,
  S3Exception: s3,
  AccessDeniedException: s3,
  ReadTimeout: 'external-service',
  UserError: (message) => (/\bhyper-?parameter/i.test(message) ? 'hyperparameter-invalid' : undefined),
  PermissionError: permission,
  PermissionDeniedError: permission,
  KeyError: environment,
  NoCredentialsError: 'execution-role/credentials',
  ExpiredTokenException: 'execution-role/credentials',
  UnrecognizedClientException: 'execution-role/credentials',
  TimeoutExpired: 'unknown/script',
};

const shortOf = (type: string) => type.slice(type.lastIndexOf('.') + 1);

/** The cause that an exception names. Absent if it passes another failure on, or may mean anything. */
export function explainException({ type, message, frame }: Exception): Key | undefined {
  const short = shortOf(type);
  const placed = frameIn(frame, type, message);
  if (placed !== undefined) return placed;
  if (isOfAws(type, short) || beginsWithApiError(`${short}: ${message}`)) {
    const error = apiErrorIn(message);
    if (error !== undefined) return explainApiError(error);
  }
  if (isOfVersions(short, message, isInstalled(frame))) return 'framework-version-conflict';
  const judge = Object.hasOwn(BY_TYPE, short) ? BY_TYPE[short] : undefined;
  const judged = typeof judge === 'function' ? judge(message, type) : judge;
  if (judged !== undefined) return judged;
  if (/^Failed to import /.test(message)) return importErrorIn(message);
  return firstOf(PROGRAMS, wordsOf(short, message)) ?? (isOfCode(short, message) ? 'user-code-error' : undefined);
}

/** A test that fails quotes what it looked for: `expected 'CUDA out of memory' in log`. */
const wordsOf = (short: string, message: string) =>
  short === 'AssertionError' ? message.replace(/'[^']{0,200}'|"[^"]{0,200}"/g, "''") : message;

export const passesOn = ({ type }: Exception): boolean => PASSES_ON.test(shortOf(type));

/** Whether the type is of AWS's SDK for Python, whose messages quote AWS. */
const isOfAws = (type: string, short: string) =>
  short === 'ClientError' || short === 'S3UploadFailedError' || /^(?:botocore|boto3)\./.test(type);
