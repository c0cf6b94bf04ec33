/** What the type of an exception says, and where the type alone does not tell, its message. */
import type { Key } from '../advice/advice.ts';
import { apiErrorIn, beginsWithApiError, explainApiError } from './api.ts';
import { importErrorIn, ofLibrary } from './packages.ts';
import { PROGRAMS } from './programs.ts';
import { firstOf } from './rule.ts';

export interface Exception {
  /** With its module: `botocore.exceptions.ClientError`. */
  readonly type: string;
  readonly message: string;
}

/** Exceptions that only say that another process failed. The cause is elsewhere in the text. */
const PASSES_ON =
  /^(?:ChildFailedError|CalledProcessError|ExecuteUserScriptError|ProcessRaisedException|ProcessExitedException|SubprocessError|RayTaskError|SystemExit|UnexpectedStatusException|FailedStatusError|TrainingJobError)$/;

/** Types that mean an error of the code, unless a program's own words in the message say more. */
const OF_CODE = new Set(
  (
    'ArithmeticError FloatingPointError IndentationError IndexError ' +
    'IsADirectoryError NameError NullPointerException OverflowError ' +
    'PicklingError RecursionError StopIteration SyntaxError TabError TypeError UnboundLocalError ' +
    'UnicodeEncodeError ValueError ZeroDivisionError IllegalArgumentException IllegalStateException'
  ).split(' '),
);

/** A class of a library may lack an attribute in one version only, and a function an argument. */
function isOfCode(short: string, message: string): boolean {
  if (short === 'IndexError') return /^(?:list|tuple|string|pop|deque)\b/.test(message);
  if (short === 'AttributeError') return /^'(?:NoneType|list|dict|tuple|int|float)' object|^module '/.test(message);
  return OF_CODE.has(short) && !/got an unexpected keyword argument/.test(message);
}

type Judge = Key | ((message: string, type: string) => Key | undefined);

const file = (message: string): Key => {
  if (/\/dev\/shm/.test(message)) return 'shared-memory';
  return /s3:\/\//.test(message) ? 'no-input-data' : 'file-not-found-in-container';
};
/** Hadoop's and Java's words for an answer of S3. */
const s3 = (message: string): Key | undefined => {
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
const database = (message: string, type: string): Key => {
  if (/^sqlite3\./.test(type)) return 'user-code-error';
  return /denied|authentication|password/i.test(message) ? 'external-service/refused' : 'external-service';
};
const memory = (_: string, type: string): Key => (/^java\./.test(type) ? 'host-memory' : 'gpu-memory');
/** Communication also breaks when one process runs out of memory. */
const distributed = (message: string): Key => firstOf(PROGRAMS, message) ?? 'distributed-communication';
const environment = (message: string): Key | undefined =>
  /^['"]SM_[A-Z_]{1,60}['"]/.test(message) ? 'entry-point-or-arguments' : undefined;

/** By the last part of the type. */
const BY_TYPE: Readonly<Record<string, Judge>> = {
  MemoryError: 'host-memory',
  _ArrayMemoryError: 'host-memory',
  OutOfMemoryError: memory,
  ResourceExhaustedError: (message) => (/\bCPU\b|\bcpu\b/.test(message) ? 'host-memory' : 'gpu-memory'),
  ModuleNotFoundError: importErrorIn,
  ImportError: importErrorIn,
  ClassNotFoundException: 'missing-module',
  NoClassDefFoundError: 'missing-module',
  FileNotFoundError: file,
  FileNotFoundException: file,
  NoSuchFileException: file,
  NotADirectoryError: file,
  JSONDecodeError: 'data-format-or-shape',
  ParserError: 'data-format-or-shape',
  EmptyDataError: 'data-format-or-shape',
  UnicodeDecodeError: 'data-format-or-shape',
  UnidentifiedImageError: 'data-format-or-shape',
  ArrowInvalid: 'data-format-or-shape',
  ArrowTypeError: 'data-format-or-shape',
  ParamValidationError: 'entry-point-or-arguments',
  InstallRequirementsError: 'dependency-install-failed',
  InstallModuleError: 'dependency-install-failed',
  DistributionNotFound: 'missing-module',
  PackageNotFoundError: 'missing-module',
  VersionConflict: 'framework-version-conflict',
  ContextualVersionConflict: 'framework-version-conflict',
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
  RateLimitError: 'external-service',
  CommError: 'external-service',
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
  KeyError: environment,
  NoCredentialsError: 'execution-role/credentials',
  TimeoutExpired: 'unknown/script',
};

const shortOf = (type: string) => type.slice(type.lastIndexOf('.') + 1);

/** The cause that an exception names. Absent if it passes another failure on, or may mean anything. */
export function explainException({ type, message }: Exception): Key | undefined {
  const short = shortOf(type);
  if (isOfAws(type, short) || beginsWithApiError(`${short}: ${message}`)) {
    const error = apiErrorIn(message);
    if (error !== undefined) return explainApiError(error);
  }
  const judge = Object.hasOwn(BY_TYPE, short) ? BY_TYPE[short] : undefined;
  const judged = typeof judge === 'function' ? judge(message, type) : judge;
  if (judged !== undefined && judged !== 'user-code-error') return judged;
  if (/^Failed to import /.test(message)) return importErrorIn(message);
  const library = short === 'AttributeError' ? ofLibrary(message) : undefined;
  return library ?? firstOf(PROGRAMS, message) ?? judged ?? (isOfCode(short, message) ? 'user-code-error' : undefined);
}

export const passesOn = ({ type }: Exception): boolean => PASSES_ON.test(shortOf(type));

/** Whether the type is of AWS's SDK for Python, whose messages quote AWS. */
const isOfAws = (type: string, short: string) =>
  short === 'ClientError' || short === 'S3UploadFailedError' || /^(?:botocore|boto3)\./.test(type);
