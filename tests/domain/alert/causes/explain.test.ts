import { describe, expect, it } from 'vitest';
import { ADVICE } from '../../../../domain/alert/causes/advice/advice.ts';
import { explainFailure } from '../../../../domain/alert/causes/explain.ts';
import { judge } from '../../../causes/judged.ts';
import { CODE, COLLECTED, explained, FORMS, PUBLISHED, SERVICE } from './reasons.ts';

describe('a reason that people published', () => {
  it.each(PUBLISHED.map((line) => [line.cause, line.reason, line] as const))(
    'is %s, or unknown: %s',
    (cause, _, line) => {
      expect([cause, 'unknown']).toContain(judge(line).got);
    },
  );

  it('is unknown only where the cause is not certain', () => {
    // 63: a key that the code or the data may lack. 83, 219: the thread found no cause, or several. 105: a ValueError of
    // a library. 123: an old client, or a typing error. 143, 187: the role, or the region. 183: the traceback is cut.
    const unknown = PUBLISHED.filter((line) => judge(line).judgment === 'unknown').map(({ id }) => id);
    expect(unknown).toEqual([63, 83, 105, 123, 143, 183, 187, 219]);
  });

  it('comes with the right advice about running it again, except where only people could know', () => {
    const differing = PUBLISHED.filter((line) => !judge(line).isRetryRight).map(({ id }) => id);
    // Of an error whose cause is unknown, the label often leaves the advice open, too (75, 99, 107, 155, 223). Others:
    // 31, 65: it worked later. 41, 43: tried again in vain. 189: memory, found later. 205: a bug of the algorithm.
    expect(differing).toEqual([31, 41, 43, 65, 75, 99, 107, 155, 163, 183, 189, 205, 219, 223]);
  });
});

describe('reasons from many sources', () => {
  const judged = COLLECTED.map(judge);

  it('have no wrong cause', () => {
    expect(judged.filter(({ judgment }) => judgment === 'wrong')).toEqual([]);
  });

  it('have a cause in at least 85 of 100 cases where people can tell', () => {
    const tellable = judged.filter(({ expected }) => expected !== 'unknown');
    const known = tellable.filter(({ judgment }) => judgment === 'right');
    expect(known.length / tellable.length).toBeGreaterThan(0.85);
  });
});

describe("SageMaker's words", () => {
  it.each(SERVICE)('about a %s: %s', (type, text, cause) => {
    expect(explained(text, type)).toBe(cause);
  });

  it.each(SERVICE)('are read in any spacing, and within the words of an SDK: %s: %s', (type, text, cause) => {
    expect(explained(text.replaceAll(' ', '\n  '), type)).toBe(cause);
    if (/Exception: |^An error|Error: Error/.test(text)) return;
    expect(explained(`UnexpectedStatusException: Error for X job a-1: Failed. Reason: ${text}`, type)).toBe(cause);
  });

  it.each([
    ['FileNotFoundError: image train_0001.jpg not found', 'unknown/raised'],
    ['RuntimeError: insufficient replay buffer capacity', 'unknown/raised'],
    ["ProgrammingError: 1045 (28000): Access denied for user 'ml'@'10.0.0.5'", 'external-service/refused'],
    ['GatedRepoError: 403 Client Error. Access to this model is restricted', 'external-service/refused'],
    ['ValueError: failed validating column price', 'unknown/raised'],
    ['InternalServerError: no connection', 'unknown/raised'],
    ['RuntimeError: We encountered an internal error. Please try again.', 'unknown/raised'],
    ['ValueError: the role cannot pull the lever', 'unknown/raised'],
    ['ValueError: unknown option selected in the form', 'unknown/raised'],
    ['ValueError: ORA-12345 is not a part number', 'unknown/raised'],
    ['KeyError: rank 3 had its connection refused', 'unknown/raised'],
    ['redis.exceptions.OutOfMemoryError: command not allowed when used memory is large', 'unknown/raised'],
    ['shop.stock.OutOfMemoryError: no memory cards left', 'unknown/raised'],
    ['sqlite3.OperationalError: no such table: runs', 'unknown/raised'],
    ["AssertionError: expected text 'No space left on device' in the log", 'unknown/raised'],
  ])('mean nothing in the mouth of the code: %s', (text, cause) => {
    expect(FORMS.map(([, form]) => explained(form(text)))).toEqual(FORMS.map(() => cause));
  });
});

describe('an error of the code', () => {
  describe.each(FORMS)('%s', (_, form) => {
    it.each(CODE)('%s', (text, cause) => {
      expect(explained(form(text))).toBe(cause);
    });
  });

  it.each(CODE)('without a speaker: %s', (text, cause) => {
    expect(explained(text)).toBe(cause);
  });

  it.each([
    [1, 'unknown/script'],
    [2, 'unknown/script'],
    [126, 'entry-point-or-arguments/not-started'],
    [127, 'entry-point-or-arguments/not-started'],
    [137, 'host-memory/killed'],
    [-9, 'host-memory/killed'],
    [139, 'unknown/segmentation-fault'],
    [-11, 'unknown/segmentation-fault'],
    [143, 'unknown/script'],
  ])('is told by the exit code alone: %d', (exitCode, cause) => {
    const forms = [`AlgorithmError: , exit code: ${exitCode}`, `AlgorithmError: Exit Code: ${exitCode}`];
    const toolkit = `AlgorithmError: ExecuteUserScriptError:\nExitCode ${exitCode}\nErrorMessage ""\nCommand "python train.py"`;
    expect([...forms, toolkit].map((text) => explained(text))).toEqual([cause, cause, cause]);
  });

  it('counts more than the exit code', () => {
    const text = 'AlgorithmError: ExecuteUserScriptError:\nExitCode 137\nErrorMessage "KeyError: 1"';
    expect(explained(text.replace('KeyError: 1', "ModuleNotFoundError: No module named 'yaml'"))).toBe(
      'missing-module',
    );
    expect(explained(text)).toBe('host-memory/killed');
  });

  it('is the last one, or the one that led to it', () => {
    const earlier = "Traceback (most recent call last):\n  x\nModuleNotFoundError: No module named 'yaml'\n";
    const last = '\nTraceback (most recent call last):\n  y\nRuntimeError: could not start';
    expect([
      explained(`AlgorithmError: ${earlier}${last}`),
      explained(`AlgorithmError: ${earlier}During handling of the above exception, another exception occurred:${last}`),
      explained(`AlgorithmError: ${earlier}${last.replace('RuntimeError: could not start', 'MemoryError')}`),
    ]).toEqual(['unknown/raised', 'missing-module', 'host-memory']);
  });

  it('is not the one that other processes reported because the first one failed', () => {
    const memory = 'torch.OutOfMemoryError: CUDA out of memory.';
    const nccl = 'torch.distributed.DistBackendError: NCCL error in: ProcessGroupNCCL.cpp:1275, remote process exited';
    const child = 'torch.distributed.elastic.multiprocessing.errors.ChildFailedError: train.py FAILED';
    const texts = [`${memory} ${nccl}`, `${memory} ${nccl} ${child}`, nccl, child];
    expect(texts.map((text) => explained(`AlgorithmError: ${text}`))).toEqual([
      'gpu-memory',
      'gpu-memory',
      'distributed-communication',
      'unknown/script',
    ]);
  });

  it('has no words of the command line', () => {
    const text =
      'AlgorithmError: ExecuteUserScriptError:\nCommand "python train.py --note MemoryError: --on CUDA out of memory"';
    expect(explained(text)).toBe('unknown/script');
  });
});

describe('a reason', () => {
  it.each(['export blew up', '', 'Fake failure reason', 'failed why 1'])(
    'that says nothing known has no cause: %s',
    (text) => {
      expect(explained(text)).toBe('none');
    },
  );

  it('says whether a quota needs more than patience', () => {
    const limit = (limit: number, used: number, asked: number) =>
      explainFailure(
        `ResourceLimitExceeded: The account-level service limit 'x' is ${limit} Instances, ` +
          `with current utilization of ${used} Instances and a request delta of ${asked} Instances.`,
        { type: 'training-job', status: 'Failed' },
      )?.retry;
    expect([limit(4, 4, 1), limit(4, 3, 4), limit(4, 4, 5), limit(0, 0, 1), limit(4, 0, 9)]).toEqual([
      'yes',
      'yes',
      'after-quota',
      'after-quota',
      'after-quota',
    ]);
  });

  it('of a node is its status, if its words say nothing', () => {
    expect([
      explained('', 'cluster-node', 'Unhealthy'),
      explained('', 'cluster-node', 'UnschedulablePendingReplacement'),
      explained('', 'cluster-node', 'Schedulable'),
      explained('', 'cluster-node', undefined),
    ]).toEqual(['internal-service-error/node', 'internal-service-error/node', 'none', 'none']);
  });

  it('of a node accuses no check that passed, or did not run', () => {
    const texts = [
      'EFA not tested',
      'connectivity passed, GPU passed, disk full on /',
      'InstanceStress passed; DCGM failed',
      'NCCL passed but EFA failed',
    ];
    expect(texts.map((text) => explained(text, 'cluster-node', 'Unhealthy'))).toEqual([
      'internal-service-error/node',
      'internal-service-error/node-host',
      'internal-service-error/node-gpu',
      'internal-service-error/node-efa',
    ]);
  });

  it('of a human loop that somebody stopped is no failure', () => {
    expect([explained('stopped', 'human-loop', 'Stopped'), explained('x', 'human-loop', 'Failed')]).toEqual([
      'none',
      'a2i',
    ]);
  });

  it('is the whole cause', () => {
    expect(
      explainFailure('ClientError: Data download failed:NoSuchBucket', { type: 'training-job', status: undefined }),
    ).toEqual({
      code: 'no-input-data',
      detail: 'no-bucket',
      cause: 'The S3 bucket does not exist.',
      nextStep: 'Correct the bucket name.',
      retry: 'after-change',
    });
    expect(explainFailure('CapacityError: x', { type: 'training-job', status: undefined })).toEqual({
      code: 'capacity',
      cause: 'AWS had no free capacity of this instance type.',
      nextStep:
        'Retry later, or use another instance type, subnet (availability zone) or region. ' +
        'A tuning job can have fallback instance types.',
      retry: 'yes',
    });
  });
});

it('each cause has a text here that it explains', () => {
  const shown = new Set([...SERVICE.map(([, , cause]) => cause), ...CODE.map(([, cause]) => cause)]);
  expect(Object.keys(ADVICE).filter((key) => !shown.has(key))).toEqual([]);
});
