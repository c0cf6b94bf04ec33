import { describe, expect, it } from 'vitest';
import { explainError } from '../../../../domain/alert/causes/explain.ts';
import { CODE, nameOf } from './reasons.ts';

const named = (...lines: string[]) => nameOf(explainError(lines));
const TRACEBACK = [
  'Traceback (most recent call last):',
  '  File "/opt/ml/code/train.py", line 3, in <module>',
  '    main()',
];
const AFTERWARDS = [
  '2026-01-01 00:00:01,000 sagemaker-training-toolkit INFO     Waiting for the process to finish and give a return code.',
  '2026-01-01 00:00:01,000 sagemaker-training-toolkit INFO     Done waiting for a return code. Received 1 from exiting process.',
  '2026-01-01 00:00:01,100 sagemaker-training-toolkit ERROR    Reporting training FAILURE',
];

describe('the end of a log', () => {
  it.each(CODE)('with %s', (text, cause) => {
    const lines = ['epoch 1, loss 0.3', ...TRACEBACK, ...text.split('\n'), ...AFTERWARDS];
    expect(named(...lines)).toBe(cause === 'unknown/raised' ? 'none' : cause);
  });

  it.each([
    ['nothing', []],
    ['no error', ['epoch 1, loss 0.3', 'epoch 2, loss 0.2']],
    [
      'words that only sound like an error',
      ['replay buffer: insufficient capacity', 'image 7 not found, skipped', 'retry 3'],
    ],
    ['an error that may mean anything', [...TRACEBACK, 'RuntimeError: the trainer is in a strange state']],
    [
      'a warning about how the process group was left',
      [
        '[rank0]:[W ProcessGroupNCCL.cpp:1250] Warning: process group has NOT been destroyed before we destruct ProcessGroupNCCL.',
      ],
    ],
  ])('tells nothing with %s', (_, lines) => {
    expect(named(...lines)).toBe('none');
  });

  it.each([
    ['Killed', 'host-memory/killed'],
    ['/usr/local/bin/run.sh: line 9:    45 Killed                  python train.py', 'host-memory/killed'],
    ['Bus error (core dumped)', 'shared-memory'],
    ['tar: /opt/ml/model/x: Cannot write: No space left on device', 'disk-full'],
    ['algo-2:45:123 [3] NCCL WARN Net : Connect to 10.0.0.7<43210> failed', 'distributed-communication'],
    ['[1,mpirank:3,algo-1]<stderr>:RuntimeError: CUDA out of memory. Tried to allocate 20.00 MiB', 'gpu-memory'],
    ["a1b2-algo-1-1kcnw  | ModuleNotFoundError: No module named 'yaml'", 'missing-module'],
    [
      'ERROR: Could not find a version that satisfies the requirement x==9 (from versions: none)',
      'dependency-install-failed',
    ],
  ])('with the fatal line: %s', (line, cause) => {
    expect(named('epoch 1, loss 0.3', line, ...AFTERWARDS)).toBe(cause);
  });

  it('is the first error of a distributed job, not what it did to the other processes', () => {
    const lines = [
      '[rank2]: torch.OutOfMemoryError: CUDA out of memory.',
      ...AFTERWARDS,
      '[rank0]: torch.distributed.DistBackendError: NCCL error in: x.cpp:1, remote process exited',
    ];
    expect(named(...lines)).toBe('gpu-memory');
  });

  it('is what counts: a problem that was solved long before is not the cause', () => {
    const solved = [
      ...TRACEBACK,
      "ModuleNotFoundError: No module named 'apex'",
      'apex is not there: using the slow path',
    ];
    const steps = Array.from({ length: 300 }, (_, step) => `step ${step}`);
    expect([named(...solved, ...steps), named(...solved, ...steps, 'MemoryError', 'bye')]).toEqual([
      'none',
      'host-memory',
    ]);
  });
});
