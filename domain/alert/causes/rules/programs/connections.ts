/**
 * Words about connections: between the processes of a distributed job, and to other services.
 * Sources: the programs' own messages, as their issue trackers and documentation quote them.
 */
import type { Rule } from '../rule.ts';

export const DISTRIBUTED: readonly Rule[] = [
  [
    /\balgo-\d{1,3}\b.{0,80}(?:Name or service not known|Connection refused|timed out|not resolve)|ssh: connect to host algo-|[Cc]annot connect to host algo-|hosts? .{0,40}reachable timed out: algo-/,
    'distributed-communication/unreachable',
  ],
  [
    /unable to reach each other for MPI communications|failed to establish .{0,40}connection to (?:peer|rank)/,
    'distributed-communication/unreachable',
  ],
  [
    /NCCL error|nccl(?:Unhandled(?:Cuda|System)|System|Internal|Remote|InvalidUsage)Error|ncclComm\w{1,30} failed|NCCL WARN/i,
    'distributed-communication',
  ],
  [
    /Watchdog caught collective operation timeout|NCCL communicator was aborted|NCCL operation.{0,40}timed? ?out/i,
    'distributed-communication',
  ],
  [
    /ncclUnhandled|unhandled (?:system|cuda) error, NCCL version|NET\/OFI .{0,80}(?:failed|error)|libfabric.{0,60}error/i,
    'distributed-communication',
  ],
  [
    /\bgloo\/transport\/|\[enforce fail at .{0,60}gloo|Gloo connectFullMesh failed|HorovodInternalError/,
    'distributed-communication',
  ],
  [
    /TCPStore|\bc10d\b.{0,300}\b(?:timed? ?out|failed|refused|reset)\b|\bsocket(?:Poll|Start|Progress)\w{0,20}\b.{0,120}\b(?:refused|failed|timed|closed|reset)\b|Rendezvous\w{0,20}(?:Timeout|Connection|Closed)|rendezvous .{0,40}timed out/i,
    'distributed-communication',
  ],
  [
    /ORTE (?:was unable|has lost communication)|MPI_ABORT was invoked|Smddp\w{0,10} ?(?:error|timed out)/,
    'distributed-communication',
  ],
  [
    /ORTE does not know how to route|reached monitoredBarrier|Collective ops is aborted|Timed out waiting for rank \d|^Socket Timeout\b|horovodrun task function was not successful/,
    'distributed-communication',
  ],
  [
    /Connect to tracker failed|rabit\/\w{1,40}\.cc|Socket RecvAll Error|NET\/OFI Unable to find|\b[Rr]ank \d{1,5}\b.{0,80}Connection (?:reset|closed) by peer/,
    'distributed-communication',
  ],
  [
    /\bTimeout at NCCL\b|\btimed? ?out\b.{0,40}\bNCCL\b|[Pp]rocess group watchdog thread terminated|server socket has failed to (?:bind|listen)|Error initializing torch\.distributed/,
    'distributed-communication',
  ],
  [
    /(?:[Ff]ailed|[Uu]nable) to connect to GCS\b|[Tt]imed out (?:during handshake while connecting|trying to connect) to ['"]?tcp:|Connecting to rank \d{1,5} failed|Socket (?:send|recv) error, code|failed to connect to all addresses|\bps-lite\b.{0,200}(?:failed|timed)|\bvan\.cc:\d/,
    'distributed-communication',
  ],
  [/Timed out initializing process group|Horovod has been shut down/, 'distributed-communication'],
  [/setting up NCCL communicator|store->get\(|client socket has (?:failed|timed out)/, 'distributed-communication'],
  [
    /\b(?:NCCL|Gloo|EFA|MPI|orted|smddp|DeepSpeed rendezvous)\b.{0,80}\b(?:timed? ?out|abort(?:ed)?|unreachable|connection (?:refused|reset|closed))/i,
    'distributed-communication',
  ],
];

/** Answers of S3, in the words of botocore, Java and Arrow. */
export const S3_ANSWERS: readonly Rule[] = [
  [
    /An error occurred \((?:403|AccessDenied|Forbidden)\) when calling the (?:\w{1,20}Objects?(?:V2)?|\w{1,20}Bucket|\w{0,20}MultipartUpload|UploadPart) operation(?!.{0,400}not authorized to perform)/,
    's3-permission',
  ],
  [/An error occurred \((?:404|NoSuchKey)\) when calling the (?:Get|Head)Object operation/, 'no-input-data'],
  [/Service: Amazon S3; Status Code: 403|AWS Error ACCESS_DENIED during/, 's3-permission'],
];

export const NETWORK: readonly Rule[] = [
  [/insufficient_quota|exceeded your current quota, please check your plan/, 'external-service/refused'],
  [/could not read Username for 'https?:|remote: Repository not found/, 'external-service/refused'],
  [/['"]git['"], ['"](?:clone|fetch|pull|checkout)['"].{0,300}returned non-zero/, 'external-service'],
  [
    /toomanyrequests: You have reached your pull rate limit|429 Client Error|HTTP Error 5\d\d|\b5\d\d Server Error/,
    'external-service',
  ],
  [
    /Access denied for user '|password authentication failed|Authentication failed for|not authenticated with/i,
    'external-service/refused',
  ],
  [
    /\b4\d\d Client Error|HTTP Error 4\d\d|gated repo|(?:Invalid|Incorrect) (?:user token|api[_ ]?key)|\bapi_key not configured/i,
    'external-service/refused',
  ],
  [/unable to access 'https?:\/\/.{1,200}?': |Could not resolve host: git/, 'external-service'],
  [
    /ConnectTimeout|NewConnectionError|NameResolutionError|Temporary failure in name resolution|Name or service not known/,
    'network-or-vpc',
  ],
  [
    /Network is unreachable|No route to host|Connect(?:ion)? timeout on endpoint|Could not connect to the endpoint URL/i,
    'network-or-vpc',
  ],
  [/Could not resolve host|We couldn't connect to 'https?:|Failed to establish a new connection/, 'network-or-vpc'],
];
