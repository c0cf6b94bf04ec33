/**
 * Words about connections: between the processes of a distributed job, and to other services.
 * Sources: the programs' own messages, as their issue trackers and documentation quote them.
 */
import type { Rule } from '../rule.ts';

export const DISTRIBUTED: readonly Rule[] = [
  [
    /\balgo-\d{1,3}\b.{0,80}(?:Name or service not known|Connection refused|timed out|not resolve)|ssh: connect to host algo-/,
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
    /TCPStore|c10d .{0,60}(?:timed out|failed)|Rendezvous\w{0,20}(?:Timeout|Connection|Closed)|rendezvous .{0,40}timed out/i,
    'distributed-communication',
  ],
  [
    /ORTE (?:was unable|has lost communication)|MPI_ABORT was invoked|Smddp\w{0,10} ?(?:error|timed out)/,
    'distributed-communication',
  ],
  [/Timed out initializing process group|Horovod has been shut down/, 'distributed-communication'],
];

export const NETWORK: readonly Rule[] = [
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
