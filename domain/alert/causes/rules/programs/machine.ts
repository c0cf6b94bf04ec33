/**
 * Words about the machine: memory of GPU and host, shared memory, disk, CUDA and its driver.
 * Sources: the programs' own messages, as their issue trackers and documentation quote them.
 */
import type { Rule } from '../rule.ts';

export const MEMORY: readonly Rule[] = [
  [
    /\bCUDA\b.{0,60}out[ _]of[ _]memory|out[ _]of[ _]memory\b.{0,60}\bCUDA\b|cudaErrorMemoryAllocation|CUBLAS_STATUS_ALLOC_FAILED/,
    'gpu-memory',
  ],
  [/cudaMalloc(?: retry)? failed: out of memory|Cuda failure(?: 2)? '?out of memory|HIP out of memory/, 'gpu-memory'],
  [/No available memory for the cache blocks|maximum number of tokens that can be stored in KV cache/, 'gpu-memory'],
  [
    /Not enough memory to handle \d{1,9} prefill tokens|Free memory on device .{0,120}is less than desired GPU/,
    'gpu-memory',
  ],
  [
    /CUDA_ERROR_OUT_OF_MEMORY|CUDNN_STATUS_ALLOC_FAILED|larger than the available KV cache memory|\b(?:GPU|VRAM|CUDA|[Dd]evice|HBM)\b.{0,40}\b(?:(?:ran|run|running|is|went) )?out of memory|\b(?:ran|run|running|went) out of (?:GPU|video|VRAM|CUDA|HBM)\b|\bGPU (?:OOM|memory (?:exhausted|is full|overflow))\b/,
    'gpu-memory',
  ],
  [/OOM when allocating tensor.{0,300}(?:GPU|gpu)/, 'gpu-memory'],
  [/RESOURCE_EXHAUSTED: Out of memory while trying to allocate/, 'gpu-memory'],
  [
    /out of shared memory|signal: Bus error|exited on signal 7\b|Bus error \(core dumped\)|Fatal Python error: Bus error|\bSIGBUS\b/,
    'shared-memory',
  ],
  [
    /unable to (?:write to|open) (?:file|shared memory object) <\/torch_|insufficient shared memory \(shm\)/,
    'shared-memory',
  ],
  [
    /posix_fallocate failed ?: ?No space|\bshm\.(?:h|cc):\d{1,5} .{0,120}No space left|\bncclShm\w{2,30}/,
    'shared-memory',
  ],
  [/\/dev\/shm\b.{0,160}No space left on device|No space left on device.{0,40}\/dev\/shm\b/, 'shared-memory'],
  [/creating shared memory segment|Failed to (?:initialize|increase) .{0,80}shared memory/, 'shared-memory'],
  // The disk of a database, or a file system that the job mounts.
  [/\bORA-\d{5}: |could not extend file "base\//, 'external-service'],
  [
    /(?:No space left on device|Disk quota exceeded).{0,10}['"]\/(?:(?:mnt\/)?(?:fsx|efs|lustre|nfs)|shared|home)\b/,
    'unknown/raised',
  ],
  [/No space left on device|\[Errno 28\]|Disk quota exceeded|Not enough (?:free )?disk space/, 'disk-full'],
  [
    /killed by signal: Killed|[Ee]xit (?:code|status)(?: is|:)? 137\b|terminated by signal 9\b|Signals\.SIGKILL|\bSignal 9\b|SIGKILL \(signal 9\)|signal: (?:9\b|killed)|(?:exit ?|return ?)code ?[:=]? ?-9\b|exit(?:ed)? with (?:status )?(?:code )?(?:137|-9)\b|exited on signal 9\b|: line \d{1,5}: \d{1,8} Killed\b|was sent SIGKILL/i,
    'host-memory/killed',
  ],
  [
    /unexpectedly terminated.{0,200}memory|C error: out of memory|cannot allocate vector of size|exceeded \d{1,3} ?% memory budget|(?:ran|run|running|went|is) out of (?:host |system |CPU |main )?(?:memory|RAM)(?=[.,;:!)'"]|$| (?:on|in|at|while|when|during|after|and|error|for)\b)|malloc of size \d{1,15} failed|low on memory|\bsystem out of memory\b|\bOOMKilled\b|oom-kill(?:er)?\b|Out of memory: Kill(?:ed)? process|\bOOM[ -]killed\b|running beyond (?:physical|virtual) memory limits|use an instance type with more memory|exceeding memory limits/i,
    'host-memory',
  ],
  [
    /\bbad_m?alloc\b|^bad allocation\b|memory allocation of \d{1,20} bytes failed|not enough memory: you tried to allocate|Cannot allocate memory|\[Errno 12\]|DefaultCPUAllocator: (?:can't|not enough memory)/,
    'host-memory',
  ],
  [
    /Unable to allocate .{1,40} for an array|Java heap space|GC overhead limit exceeded|heap out of memory/,
    'host-memory',
  ],
  [/OOM when allocating tensor.{0,300}(?:CPU|cpu)\b/, 'host-memory'],
];

export const CUDA: readonly Rule[] = [
  [
    /\bCUDA (?:driver )?version\b.{0,80}\b(?:not compatible|incompatible|not supported|unsupported|too (?:old|new|low)|does not match the driver)\b/i,
    'cuda-driver-mismatch',
  ],
  [/nvidia-container-cli: (?:initialization|requirement|mount) error/, 'cuda-driver-mismatch'],
  [/uncorrectable (?:ECC|NVLink) error|GPU has fallen off the bus/, 'internal-service-error/hardware'],
  [
    /CUDA driver version is insufficient|cudaErrorInsufficientDriver|SYSTEM_DRIVER_MISMATCH|NVIDIA driver on your system is too old|unsatisfied condition: (?:cuda|driver|brand)/,
    'cuda-driver-mismatch',
  ],
  [
    /no kernel image is available for execution|forward compatibility was attempted|named symbol not found.{0,40}CUDA/,
    'cuda-driver-mismatch',
  ],
  [
    /Found no NVIDIA driver on your system|CUDA driver initialization failed|lib(?:cuda|cudart|cudnn|cublas|nvrtc|nvidia-ml)\w{0,12}\.so\S{0,12}: cannot open/,
    'cuda-driver-mismatch',
  ],
  [
    /built for NVIDIA Driver Release|unsupported display driver|[Dd]river\/library version mismatch|is not compatible with the current PyTorch installation|provided PTX was compiled with an unsupported toolchain/,
    'cuda-driver-mismatch',
  ],
];
